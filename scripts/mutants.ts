/**
 * `npm run mutants [-- words of names]`: how much the simulation sees. Breaks a copy of the gateway's code in one place
 * at a time, in ways in which payments are often broken, and runs seeds until one of them finds it. Nothing here is
 * changed. Fails when a mutant lives through all seeds (SKIRO_SIMULATION_SEEDS, 2,000 as in CI).
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startPostgres } from '../packages/sandbox/src/postgres.ts'
import { makeTemplate } from '../test/support/makeTemplate.ts'
import { MUTANTS } from './mutants/list.ts'

const ROOT = new URL('..', import.meta.url).pathname
const SEEDS = process.env['SKIRO_SIMULATION_SEEDS'] ?? '2000'
/** A mutant that hangs is found too. */
const PATIENCE_MS = 600_000
const words = process.argv.slice(2)

const folder = await mkdtemp(join(tmpdir(), 'skiro-mutants-'))
const postgres = process.env['SKIRO_TEST_PG_URL']
  ? null
  : await startPostgres({ dir: join(folder, 'postgres'), log_file: join(folder, 'postgres.log') })
let alive = 0
try {
  if (postgres) await makeTemplate(postgres)
  const copy = join(folder, 'copy')
  for (const part of ['packages/server', 'packages/sandbox', 'test', 'package.json'])
    await cp(join(ROOT, part), join(copy, part), {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules'),
    })
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  for (const { name, file, changes, harmless } of MUTANTS) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue
    const path = join(copy, 'packages/server/src', file)
    const original = await readFile(path, 'utf8')
    await writeFile(path, mutate(original, name, changes))
    const { seeds, found } = await hunt(copy)
    await writeFile(path, original)
    if (found === null && !harmless) alive++
    const verdict = `${found === null ? 'alive' : 'found'} after ${seeds}`.padEnd(20)
    const why = found ?? (harmless && `harmless, ${harmless}`)
    process.stdout.write(`${verdict}${name}${why ? `: ${why}` : ''}\n`)
  }
} finally {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}
if (alive > 0) process.stdout.write(`${alive} not found\n`)
process.exitCode = alive > 0 ? 1 : 0

function mutate(original: string, name: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((code, [from, to]) => {
    if (code.split(from).length !== 2) throw new Error(`${name}: the code has changed, look at "${from}"`)
    return code.replace(from, () => to)
  }, original)
}

async function hunt(copy: string): Promise<{ seeds: number | string; found: string | null }> {
  const child = spawn(process.execPath, ['--conditions=source', 'test/simulation/hunt.ts', SEEDS], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  })
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const said = out.trim().split('\n').at(-1)
  if (said) return JSON.parse(said) as { seeds: number; found: string | null }
  return { seeds: '?', found: errors.includes('Error') ? (errors.match(/.*Error.*/)?.[0] ?? '') : 'it hangs' }
}
