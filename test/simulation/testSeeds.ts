import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { checkBooks } from '../invariants/checkBooks.ts'
import { checkChains } from '../invariants/checkChains.ts'
import { quickDatabase } from './quickDatabase.ts'
import { runSeed } from './runSeed.ts'

// More by the variable: a seed costs some 60 ms of CPU.
const SEEDS = Number(process.env.SKIRO_SIMULATION_SEEDS ?? 2_000)
const FROM = Number(process.env.SKIRO_SIMULATION_FROM ?? 0)
/** All books so far are checked after so many seeds: a merchant's name has the seed in it. */
const GROUP = 250
/** Of every tenth seed the books are sealed and the events published too, merchant by merchant. */
const SEALED = 10

/** Registers the test of one of `files` equal parts of the seeds, so that each core has one. */
export async function testSeeds(part: number, files: number): Promise<void> {
  const count = Math.ceil(SEEDS / files)
  const first = FROM + part * count
  const end = Math.min(first + count, FROM + SEEDS)
  const { db, slow, drop } = await quickDatabase()
  after(drop)

  test(`seeds ${first} to ${end - 1}: paid once, nothing lost, all invariants hold`, async (t) => {
    const sums = { orders: 0, paid: 0, crashes: 0, faults: 0, persons: 0 }
    for (let n = first; n < end; n++) {
      const { verdict, trace, crashes, faults, persons } = await runSeed(db, String(n))
      assert.deepEqual(verdict.problems, [], `seed ${n}:\n${trace.join('\n')}`)
      sums.orders += verdict.orders
      sums.paid += verdict.paid
      sums.crashes += crashes
      sums.faults += faults
      sums.persons += persons
      if (n % SEALED === 0) assert.deepEqual(await checkChains(db, verdict.merchants), [], `seed ${n}`)
      if ((n - first + 1) % GROUP === 0 || n === end - 1)
        assert.deepEqual(await checkBooks(slow), [], `a seed up to ${n}`)
    }
    t.diagnostic(`seeds=${end - first} ${JSON.stringify(sums)}`)
    const lives = end - first
    assert.ok(sums.paid > lives && sums.crashes > lives && sums.faults > lives)
  })
}
