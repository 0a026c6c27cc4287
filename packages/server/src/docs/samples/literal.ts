/** A JSON value as a TypeScript literal, indented by `indent` blanks after its first line. */
export function literal(value: unknown, indent = 0): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const blanks = ' '.repeat(indent + 2)
  const end = ' '.repeat(indent)
  if (Array.isArray(value)) {
    const items = value.map((item) => literal(item, indent + 2))
    return items.join(', ').length < 60
      ? `[${items.join(', ')}]`
      : `[\n${blanks}${items.join(`,\n${blanks}`)},\n${end}]`
  }
  const lines = Object.entries(value).map(([key, item]) => `${name(key)}: ${literal(item, indent + 2)}`)
  const short = `{ ${lines.join(', ')} }`
  if (lines.length === 0) return '{}'
  if (short.length + indent < 48 && !short.includes('\n')) return short
  return `{\n${blanks}${lines.join(`,\n${blanks}`)},\n${end}}`
}

const name = (key: string) => (/^[a-z_]\w*$/i.test(key) ? key : quote(key))

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1)
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
