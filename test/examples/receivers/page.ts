import { readFileSync } from 'node:fs'
import { blocksOf } from '../blocks.ts'
import { pagePath } from '../guide.ts'

/** docs/guides/webhook-receivers.md */
export const PAGE = readFileSync(pagePath('webhook-receivers.md'), 'utf8')

/** What the page shows of each file, by the file's name, which stands behind the language. */
export const FILES: ReadonlyMap<string, string> = new Map(
  blocksOf(PAGE)
    .filter(({ words }) => words !== '')
    .map(({ words, code }) => [words, code]),
)

/** The file as the page shows it. @throws Error when it shows none of that name */
export function fileOf(name: string): string {
  const code = FILES.get(name)
  if (code === undefined) throw new Error(`the page shows no ${name}`)
  return code
}
