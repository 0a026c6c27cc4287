import { globSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { LONG_TESTS } from './longTests.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
// Many files wait for blocks, timers and processes: with as many as there are cores, these would idle.
const AT_ONCE = 4

/**
 * Runs the test files that the patterns name, each in a process of its own that inherits our environment, and reports on
 * stdout. The longest begin first, which `node --test` cannot do: it sorts what it is given.
 * @returns whether all passed
 * @throws Error when a pattern names nothing
 */
export async function runTests(patterns: readonly string[]): Promise<boolean> {
  const found = patterns.map((pattern) => globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules'] }))
  const nothing = patterns.filter((_, n) => found[n]?.length === 0)
  if (nothing.length > 0) throw new Error(`no test file is called ${nothing.join(', ')}`)
  const named = [...new Set(found.flat())].toSorted()
  const long: readonly string[] = LONG_TESTS.filter((file) => named.includes(file))
  const files = [...long, ...named.filter((file) => !long.includes(file))]

  let passed = false
  const tests = run({
    files,
    cwd: ROOT,
    concurrency: AT_ONCE,
    timeout: 600_000,
    execArgv: ['--conditions=source'],
  })
  // Each file is summed up, and all of them at last.
  tests.on('test:summary', ({ success }) => (passed = success))
  const report = tests.compose(new spec())
  report.pipe(process.stdout)
  await finished(report)
  return passed
}
