/**
 * The blocks of code in a guide. The first word after the fence is the language, the rest says what a test does:
 *
 * - `sh`: run by bash, in the order of the page, with the variables that the blocks before it set
 * - `ts`: type-checked and run, with those variables too
 * - `js shop.mjs`: saved under this name; a later `sh` block runs it
 * - `python receiver.py` and other names of files: a part of a program that receivers.test.ts runs
 * - `json event`: an event that the merchant's server was sent
 * - `json answer`, `http answer`, `text answer`: what the block before it printed; `…` stands for anything
 * - `sh eventually`: run again until the answer fits, for what happens by itself a few seconds later
 * - `sh until Ctrl-C`: started; stopped when the page ends. Its answer is what it has printed by then
 * - anything `not run: why`: shown only
 */
export type Block = {
  readonly language: string
  readonly words: string
  readonly code: string
  /** Where the block stands, for messages. */
  readonly line: number
  readonly answer: Block | null
  /** Why it is not run. */
  readonly not_run: string | null
}

const FENCE = /^```(\w+)(?: (.+))?\n([^]*?)^```$/gm
const NOT_RUN = 'not run: '

/** The blocks of a page in its order, answers with the blocks that they belong to. @throws Error for a stray answer */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  for (const found of markdown.matchAll(FENCE)) {
    const [, language = '', words = '', code = ''] = found
    const line = markdown.slice(0, found.index).split('\n').length
    const not_run = words.startsWith(NOT_RUN) ? words.slice(NOT_RUN.length) : null
    const block = { language, words, code, line, answer: null, not_run }
    if (words !== 'answer') blocks.push(block)
    else {
      const before = blocks.pop()
      if (!before || before.answer || before.not_run !== null)
        throw new Error(`line ${line}: the answer to nothing`)
      blocks.push({ ...before, answer: block })
    }
  }
  return blocks
}
