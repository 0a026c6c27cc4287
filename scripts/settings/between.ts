/**
 * The text with `content` in place of what stands between `<!-- <name> -->` and `<!-- /<name> -->`.
 * @throws Error when the two marks are not there, once each and in this order
 */
export function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest, ...more] = text.split(start)
  const [, after, ...others] = rest?.split(end) ?? []
  if (
    before === undefined ||
    after === undefined ||
    more.length > 0 ||
    others.length > 0 ||
    before.includes(end)
  )
    throw new Error(`"${start}" and "${end}" must stand there once each`)
  return `${before}${start}\n${content}\n${end}${after}`
}
