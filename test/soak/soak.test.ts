/** `npm run soak` in small, and the same with a gateway that is not crash-safe, which must fail. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startWorld } from '../support/world.ts'
import { countSoak } from './figures.ts'
import { judge } from './judge/judge.ts'
import { soakLine } from './report.ts'
import { soak } from './soak.ts'
import type { SoakOptions } from './stage.ts'

const NAIVE = new URL('naiveGateway.ts', import.meta.url).pathname
const SMALL = { fail_share: 0.3, bursts: [0], slack_share: 0.5, say: () => {} }

/** A soak in a world of its own. */
async function play(t: TestContext, options: Omit<SoakOptions, keyof typeof SMALL | 'seed' | 'signal'>) {
  const seed = String(Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed}`)
  const world = await startWorld()
  try {
    const started = performance.now()
    const result = await soak(world, { ...SMALL, ...options, seed, signal: AbortSignal.timeout(300_000) })
    const failures = judge(result.recording)
    t.diagnostic(soakLine(countSoak(result, failures, (performance.now() - started) / 1000)))
    return { ...result, failures }
  } finally {
    await world.stop()
  }
}

test('600 events, 4 kills, a rotation and an outage of six hours: all is delivered once or more, under one id', async (t) => {
  const { failures, recording, kills } = await play(t, { events: 600, kills: 4, outage_hours: 6 })
  assert.deepEqual(failures, [])
  // It was what it says.
  const { committed, rolled_back, outage, arrivals } = recording
  assert.deepEqual([committed.length, kills], [600, 4])
  assert.ok(rolled_back.length > 20)
  assert.ok(outage && outage.to - outage.from >= 6 * 3_600_000)
  assert.ok(arrivals.some(({ accepted, at }) => !accepted && at < outage.from))
})

test('control: a sender that takes events off the queue before it has sent them is found out', async (t) => {
  const { failures } = await play(t, { events: 300, kills: 4, outage_hours: 0, program: NAIVE })
  const lost = failures.filter(({ kind }) => ['missing', 'gap', 'pulled'].includes(kind))
  assert.ok(lost.some(({ kind }) => kind === 'missing'))
  // Only that it was killed is held against it: an event that arrived nowhere is a gap as well.
  assert.deepEqual(failures, lost)
})
