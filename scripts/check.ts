/**
 * `npm run check`: everything that can be said about the code without running its tests. Some checks at once, one line
 * each; a failed one adds what it printed. Ends with status 1 when any failed.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

type Check = { readonly name: string; readonly command: readonly string[] }

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = join(ROOT, 'node_modules', '.bin')
const TIMEOUT_MS = 120_000

const script = (name: string, path: string, ...args: string[]): Check => ({
  name,
  command: [process.execPath, '--conditions=source', path, ...args],
})
const tool = (name: string, program: string, ...args: string[]): Check => ({
  name,
  command: [join(BIN, program), ...args],
})

// Browser code has other globals, so each such folder is a project of its own.
const browsers = globSync('packages/*/src/**/browser/tsconfig.json', { cwd: ROOT }).toSorted()

// The slowest first: the others fit in while they wait.
const checks = [
  script('schema', 'scripts/schemaDrift.ts'),
  tool('types', 'tsc', '-p', '.'),
  tool('lint', 'oxlint', '--type-aware', '--deny-warnings', '--format=unix'),
  ...browsers.map((path) => tool(`types ${path.split('/').slice(1, -1).join('/')}`, 'tsc', '-p', path)),
  script('openapi', 'scripts/openapiDrift.ts'),
  script('sdk types', 'scripts/sdkTypes.ts'),
  script('settings', 'scripts/settingsTable.ts'),
  script('page scripts', 'scripts/pageScripts.ts'),
  script('contracts', 'contracts/compile.ts', '--check'),
  script('tidy', 'scripts/tidy.ts'),
  tool('format', 'biome', 'format', '--colors=off', '--reporter=summary', '.'),
]

/** Runs one check and prints its line. Resolves whether it passed; never rejects. */
async function run({ name, command: [program = '', ...args] }: Check): Promise<boolean> {
  const start = performance.now()
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    // The tools are started by `node`, which has to be the one that the repository brings.
    env: { ...process.env, PATH: [BIN, process.env['PATH']].join(delimiter) },
  })
  const ended = new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code ?? `killed by ${signal}`))
  })
  const [said, complained, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5)
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${seconds} s  ${name}\n`)
  if (status === 0) return true
  const output = [said, complained, typeof status === 'string' ? status : ''].map((part) => part.trim())
  for (const line of output.join('\n').trim().split('\n')) process.stdout.write(`     ${line}\n`)
  return false
}

const waiting = [...checks]
let failed = 0
async function takeChecks(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    if (!(await run(check))) failed += 1
  }
}
// One more than there are cores: the schema check mostly waits for its database.
await Promise.all(Array.from({ length: availableParallelism() + 1 }, takeChecks))
if (failed > 0) process.stdout.write(`${failed} of ${checks.length} checks failed\n`)
process.exitCode = failed > 0 ? 1 : 0
