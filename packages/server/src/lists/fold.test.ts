import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { seedSession } from '../../../../test/support/seedLists.ts'
import { type SessionStatus, SESSION_STATUSES } from '../checkout/session.ts'
import { endSession } from '../checkout/store.ts'
import { inTransaction, one, openDb } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { countTerm } from './countStore.ts'
import { foldCounts } from './foldStore.ts'
import { listSweeps } from './jobs.ts'
import { tenantParams } from './params.ts'
import { EVER, type Window, windowOf } from './window.ts'

const database = await testDatabase()
const { db } = database
// The readers must not wait for the writers' connections.
const readers = openDb(database.url, { max: 4 })
after(async () => {
  await readers.pool.end()
  await database.drop()
})
await db.query(
  `insert into merchant (id, name, email) select 'mer_' || n, 'm', 'a@b.co' from generate_series(1, 3) n`,
)

const tenant = (n: number): Tenant => ({ merchant_id: `mer_${n}`, livemode: false })
const SESSION = 'checkout_session'

/** The total of each word and of all, as one statement sees them. */
async function totals(owner: Tenant, window: Window = EVER, from = db) {
  const params = tenantParams(owner)
  const term = (word: string | null) =>
    countTerm(params, {
      list: SESSION,
      word,
      window,
      and: () => (word === null ? 'true' : `r.status = ${params.bind(word)}`),
    })
  const row = await one<{ all: bigint; words: string[] }>(
    from,
    `select ${term(null)} "all", array[${SESSION_STATUSES.map((word) => `${term(word)}::text`).join(', ')}] words`,
    params.values,
  )
  return { all: Number(row.all), words: row.words.map(Number) }
}

async function trueTotals(owner: Tenant, { from, end }: Window = EVER) {
  const { rows } = await db.query<{ status: SessionStatus; n: bigint }>(
    `select status, count(*) n from checkout_session where merchant_id = $1 and livemode = $2
       and created_at >= $3 and created_at < $4 group by 1`,
    [owner.merchant_id, owner.livemode, new Date(from), new Date(end)],
  )
  const words = SESSION_STATUSES.map((word) => Number(rows.find(({ status }) => status === word)?.n ?? 0n))
  return { all: words.reduce((sum, n) => sum + n, 0), words }
}

type Figure = { word: string; grain: string; hour: Date; n: bigint }
async function figures(owner: Tenant): Promise<Figure[]> {
  const { rows } = await db.query<Figure>(
    `select word, grain, hour, n from list_count where merchant_id = $1 and livemode = $2
     order by grain, hour, word`,
    [owner.merchant_id, owner.livemode],
  )
  return rows
}

const foldAll = async () => {
  for (const { run } of listSweeps({ db })) while ((await run()) > 0);
}
const MONTH_END = Date.UTC(2026, 0, 31, 23, 59, 59, 999)

describe('folding', () => {
  test('leaves one row per hour and one per month of each word', async () => {
    const owner = tenant(1)
    for (const created_at of [
      MONTH_END,
      MONTH_END - 5000,
      MONTH_END + 1,
      MONTH_END + 2,
      MONTH_END + 7_200_001,
    ])
      await seedSession(db, owner, { created_at })
    await seedSession(db, owner, { created_at: MONTH_END, status: 'failed' })
    await foldAll()
    const shown = (await figures(owner)).map((row) => [
      row.grain,
      row.hour.toISOString(),
      row.word,
      Number(row.n),
    ])
    assert.deepEqual(shown, [
      ['hour', '2026-01-31T23:00:00.000Z', 'failed', 1],
      ['hour', '2026-01-31T23:00:00.000Z', 'pending', 2],
      ['hour', '2026-02-01T00:00:00.000Z', 'pending', 2],
      ['hour', '2026-02-01T02:00:00.000Z', 'pending', 1],
      ['month', '2026-01-01T00:00:00.000Z', 'failed', 1],
      ['month', '2026-01-01T00:00:00.000Z', 'pending', 2],
      ['month', '2026-02-01T00:00:00.000Z', 'pending', 3],
    ])
    assert.deepEqual(await totals(owner), { all: 6, words: [5, 0, 1, 0] })
  })

  test('of what sums to 0 nothing is left', async () => {
    const owner = tenant(1)
    const { rows } = await db.query<{ id: string }>(
      `select id from checkout_session where merchant_id = $1 and status = 'pending'`,
      [owner.merchant_id],
    )
    for (const { id } of rows)
      await inTransaction(db, (tx) => endSession(tx, { ...owner, id }, 'failed', null))
    await foldAll()
    assert.deepEqual(
      (await figures(owner)).map(({ word, n }) => [word, Number(n)]),
      [3, 2, 1, 3, 3].map((n) => ['failed', n]),
    )
    assert.deepEqual(await totals(owner), { all: 6, words: [0, 0, 6, 0] })
  })

  test('takes no more rows than it is told to, and none when there are none', async () => {
    const owner = tenant(1)
    for (let n = 0; n < 5; n++) await seedSession(db, owner, { created_at: MONTH_END })
    assert.deepEqual([await foldCounts(db, 3), await foldCounts(db, 3), await foldCounts(db, 3)], [3, 2, 0])
    assert.equal((await totals(owner)).all, 11)
  })

  test('leaves a folder that comes second with nothing to do', async () => {
    await seedSession(db, tenant(1), { created_at: MONTH_END })
    const both = await inTransaction(db, async (tx) => {
      await tx.query('select pg_advisory_xact_lock(7254310202)')
      return await foldCounts(db, 100)
    })
    assert.equal(both, 0)
    assert.equal(await foldCounts(db, 100), 1)
  })
})

/** Always the same numbers, so that a failure can be had again. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test('while sessions come and move and two folders work, every total that is read was true', async () => {
  const [moving, growing] = [tenant(2), tenant(3)]
  const roll = dice(42)
  const HOURS = [MONTH_END - 3_600_000, MONTH_END, MONTH_END + 1, MONTH_END + 90 * 86_400_000]
  const createdAt = () => (HOURS[roll(HOURS.length)] ?? 0) - roll(1000)
  const ids: string[] = []
  for (let n = 0; n < 300; n++) ids.push(await seedSession(db, moving, { created_at: createdAt() }))
  const window = windowOf(MONTH_END - 1_800_000, MONTH_END + 3_600_000)
  const within = (await trueTotals(moving, window)).all
  assert.ok(within > 50 && within < 290)

  let writing = true
  const ends = ['completed', 'failed', 'expired'] as const
  const queue = ids.toSorted(() => roll(3) - 1).values()
  const move = async () => {
    for (const id of queue) {
      const to = ends[roll(3)] ?? 'failed'
      await inTransaction(db, (tx) =>
        endSession(tx, { ...moving, id }, to, to === 'completed' ? 'txn_1' : null),
      )
    }
  }
  let grown = 0
  const grow = async () => {
    while (writing) {
      await seedSession(db, growing, { created_at: createdAt(), status: ends[roll(3)] ?? 'failed' })
      grown++
    }
  }
  let folded = 0
  const fold = async () => {
    while (writing) folded += await foldCounts(db, 1 + roll(40))
  }
  let reads = 0
  const read = async () => {
    let before = { pending: ids.length, grown: 0 }
    while (writing) {
      const [ever, part, other] = await Promise.all([
        totals(moving, EVER, readers),
        totals(moving, window, readers),
        totals(growing, EVER, readers),
      ])
      for (const [seen, whole] of [
        [ever, ids.length],
        [part, within],
      ] as const) {
        assert.equal(seen.all, whole)
        assert.equal(
          seen.words.reduce((sum, n) => sum + n, 0),
          whole,
        )
        assert.ok(seen.words.every((n) => n >= 0))
      }
      // Sessions only leave `pending`, and are never taken away.
      const now = { pending: ever.words[0] ?? -1, grown: other.all }
      assert.ok(now.pending <= before.pending && now.grown >= before.grown)
      before = now
      reads++
    }
  }
  const background = [grow(), grow(), fold(), fold(), read(), read()]
  try {
    await Promise.all([move(), move(), move()])
    while (reads < 20) await Promise.race([...background, new Promise((resolve) => setTimeout(resolve, 10))])
  } finally {
    writing = false
  }
  await Promise.all(background)
  assert.ok(folded > 0 && grown > 0)

  await foldAll()
  for (const owner of [moving, growing]) {
    for (const part of [EVER, window])
      assert.deepEqual(await totals(owner, part), await trueTotals(owner, part))
    const rows = await figures(owner)
    assert.ok(rows.every(({ grain, n }) => grain !== 'new' && n !== 0n))
    const keys = rows.map(({ grain, hour, word }) => `${grain} ${hour.toISOString()} ${word}`)
    assert.equal(new Set(keys).size, keys.length)
    const sum = (grain: string) =>
      rows.filter((row) => row.grain === grain).reduce((total, { n }) => total + n, 0n)
    assert.equal(sum('hour'), sum('month'))
  }
})
