import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkTypes, type Project, ROOT } from '../sdk/project.ts'
import { type Block, blocksOf } from './blocks.ts'
import { misfit } from './fits.ts'
import { openShell, type Shell } from './shell.ts'

const PATIENCE_MS = 90_000

export type Guide = {
  /** A `sourceProject`, for this page alone: its shell starts there. */
  project: Project
  env: Readonly<Record<string, string>>
  /** What the page says of a merchant's own server, and what stands for it. */
  instead?: Readonly<Record<string, string>>
  /** Called before the block that holds this text: what a person does meanwhile. */
  before?: Readonly<Record<string, (shell: Shell) => Promise<void>>>
  /** The event that a `json event` block shows. */
  event?: () => Promise<string>
  /** Completes the code of a `ts` block: what it takes from the reader's program, and what has to be true after it. */
  complete?: (code: string) => string
  /** Called while the block that holds this text goes on, with what it has printed. */
  meanwhile?: Readonly<Record<string, (printed: () => string) => Promise<void>>>
}

/** A page of docs/guides, or another of the repository by its path from there. */
export const pagePath = (page: string) => join(ROOT, 'docs/guides', page)

/**
 * Makes a test of each block of the page, to be called inside of `describe`: all run in order, and what they print has
 * to fit what the page shows. `open` is called once, by the first test.
 */
export function testGuide(page: string, open: () => Promise<Guide>): { close(): Promise<void> } {
  const blocks = blocksOf(readFileSync(pagePath(page), 'utf8'))
  assert.ok(blocks.length > 0, `${page} has blocks`)
  let opened: Promise<{ guide: Guide; shell: Shell }> | undefined
  const running: ReturnType<Shell['start']>[] = []
  const once = async () => {
    const guide = await open()
    return { guide, shell: openShell(guide.project.dir, guide.env) }
  }

  for (const [index, block] of blocks.entries()) {
    const { language, words, line, not_run } = block
    const name = `${language} at line ${line}${words && not_run === null ? `: ${words}` : ''}`
    it(name, { skip: not_run ?? false }, async () => {
      const { guide, shell } = await (opened ??= once())
      for (const [text, act] of Object.entries(guide.before ?? {}))
        if (block.code.includes(text)) await act(shell)
      await runBlock(moved(block, guide.instead ?? {}), index, guide, shell, running)
    })
  }
  return {
    async close() {
      await Promise.all(running.map((one) => one.stop()))
      await (await opened?.catch(() => undefined))?.guide.project.remove()
    },
  }
}

/** The block with other addresses in it, in its answer too. */
function moved(block: Block, instead: Readonly<Record<string, string>>): Block {
  let { code } = block
  for (const [there, here] of Object.entries(instead)) code = code.replaceAll(there, here)
  return { ...block, code, answer: block.answer && moved(block.answer, instead) }
}

async function runBlock(
  block: Block,
  index: number,
  { project, meanwhile = {}, event, complete = (whole) => whole }: Guide,
  shell: Shell,
  running: ReturnType<Shell['start']>[],
): Promise<void> {
  const { language, words, code, answer } = block
  if (language === 'js') return await shellWrites(project, shell, words, code)
  if (language === 'ts') {
    const file = `block${index}.ts`
    await project.write({ [file]: complete(whole(code)) })
    const { status, out } = await checkTypes(project)
    assert.equal(status, 0, out)
    return await answered(block, async () => shell.run(`node --conditions=source '${project.dir}/${file}'`))
  }
  if (words === 'event') return assert.equal(misfit(block, (await event?.()) ?? ''), null)
  assert.equal(language, 'sh', 'a language that is run')
  if (words === 'until Ctrl-C') {
    const one = shell.start(code)
    running.push(one)
    const act = Object.entries(meanwhile).find(([text]) => code.includes(text))?.[1]
    await Promise.all([
      act?.(one.printed),
      // Events may overtake one another on their way: what counts is that each line is there.
      untilFits({ ...block, answer: answer && { ...answer, code: sorted(answer.code) } }, async () =>
        sorted(one.printed()),
      ),
    ])
    return
  }
  assert.ok(words === '' || words === 'eventually', words)
  const refusals = /"error":|^(?:HTTP\/1\.1 )?[45]\d\d\b/m.test(answer?.code ?? '')
  await answered(block, async () => shell.run(code, refusals))
}

const sorted = (text: string) => text.trimEnd().split('\n').toSorted().join('\n')

/** Saves a file where the shell is. */
async function shellWrites(project: Project, shell: Shell, name: string, code: string): Promise<void> {
  assert.match(name, /^\w+\.mjs$/)
  await project.write({ [`.files/${name}`]: code })
  assert.equal((await shell.run(`cp '${project.dir}/.files/${name}' .`)).status, 0)
}

type Ran = { status: number | null; out: string; err?: string }

async function answered(block: Block, run: () => Promise<Ran>): Promise<void> {
  const attempt = async () => {
    const { status, out, err = '' } = await run()
    assert.equal(status, 0, `${out}${err}`)
    return out
  }
  if (block.words === 'eventually') return await untilFits(block, attempt)
  const out = await attempt()
  if (block.answer) assert.equal(misfit(block.answer, out), null)
}

/** Asks until the answer of the page fits. */
async function untilFits({ answer }: Block, ask: () => Promise<string>): Promise<void> {
  assert.ok(answer, 'an answer to wait for')
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const wrong = misfit(answer, await ask())
    if (wrong === null) return
    assert.ok(performance.now() < end, wrong)
    await sleep(250)
  }
}

/** The block as a module of its own: blocks that use the client `skiro` go on with the one that the guides make. */
function whole(code: string): string {
  const makes = /\bconst skiro\b/.test(code)
  const client = /\bskiro\./.test(code) && !makes
  const imported = /import \{[^}]*\bSkiro\b/.test(code) || !(client || /\bnew Skiro\b/.test(code))
  return [
    imported ? '' : `import { Skiro } from 'skiro'\n`,
    client
      ? 'const skiro = new Skiro(process.env.SKIRO_API_KEY!, { baseUrl: process.env.SKIRO_API_URL })\n'
      : '',
    code,
    'export {}\n',
  ].join('')
}
