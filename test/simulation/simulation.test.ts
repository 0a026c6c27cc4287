/** The gateway's own code, on a real database, against a modelled world: many short lives, each from a seed. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../support/database.ts'
import { runNaive } from './naive.ts'
import { runSeed } from './runSeed.ts'

const SEEDS = Number(process.env.SKIRO_SIMULATION_SEEDS ?? 100)
const FROM = Number(process.env.SKIRO_SIMULATION_FROM ?? 0)

const { db, drop } = await testDatabase()
after(drop)

test(`${SEEDS} seeds: nothing is paid twice, nothing is lost, the books are even`, async (t) => {
  let [orders, paid, crashes, faults] = [0, 0, 0, 0]
  for (let n = FROM; n < FROM + SEEDS; n++) {
    const run = await runSeed(db, String(n))
    assert.deepEqual(run.verdict.problems, [], `seed ${n}:\n${run.trace.join('\n')}`)
    orders += run.verdict.orders
    paid += run.verdict.paid
    crashes += run.crashes
    faults += run.faults
  }
  t.diagnostic(`seeds=${SEEDS} orders=${orders} paid=${paid} crashes=${crashes} faults=${faults}`)
  assert.ok(paid > SEEDS && crashes > SEEDS && faults > SEEDS)
})

test('the same seed has the same life', async () => {
  for (const seed of ['same 1', 'same 2', 'same 3']) {
    const first = await runSeed(db, seed)
    // Other rows of the same names would be in its way.
    const again = await testDatabase()
    try {
      assert.deepEqual((await runSeed(again.db, seed)).trace, first.trace)
    } finally {
      await again.drop()
    }
  }
})

test('the control, which sends and then remembers, pays twice', async () => {
  let doubled = 0
  for (let n = 0; n < 100; n++) doubled += await runNaive(`naive ${n}`)
  assert.ok(doubled > 10, `paid ${doubled} twice`)
})
