import type { Block } from './blocks.ts'

/**
 * What is wrong with what a block printed, null when it fits the answer that the page shows. In JSON the page may leave
 * fields out, and may say so by a field `"…"`; `…` inside a text stands for any characters, and an item `"…"` of a list
 * for any further items. In other answers `…` stands for any characters of a line, a line `…` for any lines, and two
 * spaces for two or more. Names of headers fit in any case.
 */
export function misfit(answer: Block, printed: string): string | null {
  if (answer.language !== 'json') return textFits(answer, printed) ? null : differ(answer.code, printed)
  try {
    const at = jsonMisfit(JSON.parse(answer.code), JSON.parse(printed), 'answer')
    return at === null ? null : `${at}\n${differ(answer.code, printed)}`
  } catch (error) {
    return `${String(error)}\n${differ(answer.code, printed)}`
  }
}

const differ = (shown: string, printed: string) => `the page shows\n${shown}\nthis was printed\n${printed}`

function textFits({ language, code }: Block, printed: string): boolean {
  const lines = code.trimEnd().split('\n')
  const patterns = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${wildcards(line).replace(/ {2,}/g, ' {2,}')}\\n`,
  )
  const text = `${printed.trimEnd().replaceAll('\r', '')}\n`
  return new RegExp(`^${patterns.join('')}$`, language === 'http' ? 'i' : '').test(text)
}

const wildcards = (text: string) =>
  text
    .split('…')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*')

function jsonMisfit(shown: unknown, real: unknown, at: string): string | null {
  if (typeof shown === 'string' && typeof real === 'string')
    return new RegExp(`^${wildcards(shown)}$`, 's').test(real)
      ? null
      : `${at} is ${real}, the page shows ${shown}`
  if (typeof shown !== 'object' || shown === null)
    return Object.is(shown, real)
      ? null
      : `${at} is ${JSON.stringify(real)}, the page shows ${JSON.stringify(shown)}`
  if (typeof real !== 'object' || real === null) return `${at} is ${JSON.stringify(real)}`
  if (Array.isArray(shown)) {
    const open = shown.at(-1) === '…'
    const items = open ? shown.slice(0, -1) : shown
    const count = Array.isArray(real) ? real.length : -1
    if (open ? count < items.length : count !== items.length)
      return `${at} has ${count} items, the page shows ${items.length}`
    return first(items, (item, i) => jsonMisfit(item, (real as unknown[])[i], `${at}[${i}]`))
  }
  const fields = Object.entries(shown).filter(([name]) => name !== '…')
  return first(fields, ([name, value]) =>
    name in real
      ? jsonMisfit(value, (real as Record<string, unknown>)[name], `${at}.${name}`)
      : `${at}.${name} is not there`,
  )
}

function first<T>(items: readonly T[], find: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const found = find(item, index)
    if (found !== null) return found
  }
  return null
}
