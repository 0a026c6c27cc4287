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
}

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
      let code = block.code
      for (const [there, here] of Object.entries(guide.instead ?? {})) code = code.replaceAll(there, here)
      for (const [text, act] of Object.entries(guide.before ?? {})) if (code.includes(text)) await act(shell)
      await runBlock({ ...block, code }, index, guide, shell, running)
    })
  }
  return {
    async close() {
      await Promise.all(running.map((one) => one.stop()))
      await (await opened?.catch(() => undefined))?.guide.project.remove()
    },
  }
}

async function runBlock(
  block: Block,
  index: number,
  { project }: Guide,
  shell: Shell,
  running: ReturnType<Shell['start']>[],
): Promise<void> {
  const { language, words, code } = block
  if (language === 'js') return await shellWrites(project, shell, words, code)
  if (language === 'ts') {
    const file = `block${index}.ts`
    await project.write({ [file]: whole(code) })
    const { status, out } = await checkTypes(project)
    assert.equal(status, 0, out)
    return await answered(block, async () => shell.run(`node --conditions=source '${project.dir}/${file}'`))
  }
  assert.equal(language, 'sh', 'a language that is run')
  if (words === 'until Ctrl-C') {
    const one = shell.start(code)
    running.push(one)
    await untilFits(block, async () => one.printed())
    return
  }
  assert.ok(words === '' || words === 'eventually', words)
  const refusals = /"error":|^HTTP\/1\.1 [45]/m.test(block.answer?.code ?? '')
  await answered(block, async () => shell.run(code, refusals))
}

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

/** The block as a module of its own: blocks that use the client `skiro` go on with the one that the page has made. */
function whole(code: string): string {
  const made = /\bconst skiro\b/.test(code) || !/\bskiro\./.test(code)
  const imported = /import \{[^}]*\bSkiro\b/.test(code) ? '' : `import { Skiro } from 'skiro'\n`
  const client = `const skiro = new Skiro(process.env.SKIRO_API_KEY!, { baseUrl: process.env.SKIRO_API_URL })\n`
  return made ? `${code}\nexport {}\n` : `${imported}${client}${code}`
}
