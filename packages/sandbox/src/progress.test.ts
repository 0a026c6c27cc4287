import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from './progress.ts'

function recorder(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 70, written, write: (text: string) => written.push(text) }
}

const turn = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('each finished step gets its line, a failed one too', async () => {
  const output = recorder(false)
  const progress = createProgress(output)
  assert.equal(await progress.step('One', async () => 1), 1)
  await assert.rejects(
    progress.step('Two', () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.match(output.written[0]!, /^ {2}✓ One +0\.\d s\n$/)
  assert.match(output.written[1]!, /^ {2}✗ Two +0\.\d s\n$/)
  assert.equal(output.written.length, 2)
})

test('without a terminal a slow step ticks every 5 seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const output = recorder(false)
  const progress = createProgress(output)
  const { promise, resolve } = Promise.withResolvers<void>()
  const step = progress.step('Slow', () => promise)
  t.mock.timers.tick(10_000)
  resolve()
  await step
  t.mock.timers.tick(10_000)
  assert.equal(output.written.filter((text) => text.startsWith('    ... Slow')).length, 2)
  assert.equal(output.written.length, 3)
})

test('a terminal shows what runs on one line that never wraps, and is clean at the end', async () => {
  const output = recorder(true)
  const progress = createProgress(output)
  await Promise.all([
    progress.step('PostgreSQL with a name that is a little too long', () => turn(250)),
    progress.step('Ethereum chain', () => turn(200)),
  ])
  const live = output.written.filter((text) => text.includes('PostgreSQL') && text.includes('Ethereum'))
  assert.equal(live.length > 0, true)
  for (const text of live) assert.equal(text.replace('\r\x1b[2K', '').length <= 69, true)
  const count = output.written.length
  await turn(250)
  assert.equal(output.written.length, count)
  assert.match(output.written.at(-1)!, /✓ PostgreSQL/)
})
