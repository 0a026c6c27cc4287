import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Work, workOf } from '../../../../test/support/blocks.ts'
import { testDatabase } from '../../../../test/support/database.ts'
import { idAt } from '../../../../test/support/seedLists.ts'
import { type SessionFilter, countSessions, listSessions } from '../checkout/listStore.ts'
import { SESSION_STATUSES } from '../checkout/session.ts'
import { type Sql, one } from '../db/sql.ts'
import { countEvents, eventsAfter, listEvents } from '../events/listStore.ts'
import type { IdKind } from '../lib/ids.ts'
import { payoutList } from '../payouts/listStore.ts'
import { transactionList } from '../transactions/listStore.ts'
import { listSweeps } from './jobs.ts'
import type { Slice } from './slice.ts'
import { EVER, windowOf } from './window.ts'

const database = await testDatabase()
const { db } = database
const client = await db.pool.connect()
after(async () => {
  client.release()
  await database.drop()
})

const SESSIONS = 200_000
const PAID = 30_000
const STEP_MS = 120_000
const NOW = Date.now()
const ago = (days: number) => NOW - days * 86_400_000
const whale = { merchant_id: 'mer_whale', livemode: false }

// One merchant with much history among many small ones: what PostgreSQL expects of any merchant is wrong for it.
await db.query(
  `insert into merchant (id, name, email)
   select case n when 0 then 'mer_whale' else 'mer_' || n end, 'm', 'a@b.co' from generate_series(0, 1000) n`,
)
// Without triggers: what they count is counted below, for all rows at once.
await client.query('set session_replication_role = replica')
const session_ids = Array.from({ length: SESSIONS + 10_000 }, (_, n) =>
  idAt('checkout_session', NOW - (n % SESSIONS) * STEP_MS),
)
await client.query(
  `insert into checkout_session (merchant_id, livemode, id, status, amount, currency, payout_currency, metadata,
     transaction_id, created_at, expires_at)
   select case when n <= $2 then 'mer_whale' else 'mer_' || 1 + n % 1000 end, false, id,
     case when n < 40 then 'pending' when n % 10 < 3 then 'completed' when n % 100 = 9 then 'failed' else 'expired' end,
     4999, 'USD', 'USDT', json_build_object('order_id', 'ORD-' || n / 2), 'txn', made, made + interval '1 hour'
   from (select id, n, to_timestamp(($3::float8 - ((n - 1) % $2) * $4::float8) / 1000) made
     from unnest($1::text[]) with ordinality ids (id, n)) s`,
  [session_ids, SESSIONS, NOW, STEP_MS],
)
await client.query(
  `insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps, fee_amount,
     spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata, created_at,
     payout_amount, captured_at, paid_out_at)
   select merchant_id, livemode, 'txn_' || substr(id, 4), id, case when n % 5 = 0 then 'declined' else 'paid_out' end,
     4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1', 'simulator', decode(md5(id), 'hex'), '{}', created_at, 4249,
     created_at, created_at
   from (select *, row_number() over (order by id) n from checkout_session
     where merchant_id = 'mer_whale' and status <> 'pending' order by id desc limit $1) s`,
  [PAID],
)
await client.query(
  `insert into payout_batch (livemode, id, network, asset, wallet_address, nonce, state, payments, total, fee_limit, fee,
     ended_at)
   values (false, 'pb_whale', 'ethereum', 'USDT', '0x1', 1, 'final', 1, 1, 0, 0, now())`,
)
await client.query(
  `insert into payout (merchant_id, livemode, id, transaction_id, state, amount, asset, network, address, metadata,
     created_at, batch_id, completed_at)
   select merchant_id, livemode, 'po_' || substr(id, 5), id, 'final', 4249, 'USDT', 'ethereum', '0x1', '{}', created_at,
     'pb_whale', created_at
   from transaction where merchant_id = 'mer_whale'`,
)
await client.query(
  `insert into event (merchant_id, livemode, id, sequence, type, object_id, data, created_at, fanned_out_at)
   select merchant_id, livemode, 'evt_' || substr(id, 5), n, case n % 2 when 0 then 'payout.sent' else 'payout.held' end,
     id, '{"object":"payout"}', created_at, created_at
   from (select *, row_number() over (order by id) n from transaction where merchant_id = 'mer_whale') t`,
)
await client.query(
  'insert into event_counter (merchant_id, livemode, last_sequence) select merchant_id, livemode, max(sequence) from event group by 1, 2',
)
await client.query('set session_replication_role = origin')
for (const [list, word] of [
  ['checkout_session', 'status'],
  ['transaction', 'status'],
  ['payout', 'status'],
  ['event', 'type'],
]) {
  await client.query(
    `insert into list_count
     select merchant_id, livemode, '${list}', ${word}, date_trunc('hour', created_at, 'UTC'), count(*)
     from ${list} group by 1, 2, 4, 5`,
  )
}
for (const { run } of listSweeps({ db })) while ((await run()) > 0);
await db.query('vacuum analyze')

type Read = (sql: Sql) => Promise<unknown>

/** The plan for these values and the plan for any values: either may be the one that is run. */
async function worst(run: Read): Promise<Work> {
  const [one_off, general] = [await workOf(client, 'custom', run), await workOf(client, 'generic', run)]
  return {
    blocks: Math.max(one_off.blocks, general.blocks),
    read: new Set([...one_off.read, ...general.read]),
  }
}

/** What it takes to count by looking. */
async function counted(table: string, and: string): Promise<{ n: number; blocks: number }> {
  let n = -1
  const { blocks } = await workOf(client, 'custom', async (sql) => {
    const row = await one<{ n: bigint }>(
      sql,
      `select count(*) n from ${table} where merchant_id = $1 and livemode = $2 and ${and}`,
      [whale.merchant_id, whale.livemode],
    )
    n = Number(row.n)
  })
  return { n, blocks }
}

const FIRST: Slice = { page: 1, limit: 20, offset: 0, older_than: null, newer_than: null }
const SPAN = windowOf(ago(200) + 1234, ago(3) + 5678)
const ALL: SessionFilter = { status: null, window: EVER, order_id: null }

const pages: [string, Read][] = []
const lists: [string, IdKind, (sql: Sql, slice: Slice) => Promise<unknown>][] = [
  ['sessions', 'checkout_session', (sql, slice) => listSessions(sql, whale, ALL, slice)],
  ['events', 'event', (sql, slice) => listEvents(sql, whale, null, slice)],
  ['events of a type', 'event', (sql, slice) => listEvents(sql, whale, 'payout.sent', slice)],
]
for (const status of SESSION_STATUSES) {
  for (const window of [EVER, SPAN]) {
    const name = `sessions ${status}${window === EVER ? '' : ' of a time'}`
    const filter = { ...ALL, status, window }
    lists.push([name, 'checkout_session', (sql, slice) => listSessions(sql, whale, filter, slice)])
  }
}
for (const window of [EVER, SPAN]) {
  for (const status of [null, 'completed'] as const) {
    const name = `${status ?? ''}${window === EVER ? '' : ' of a time'}`
    lists.push(
      [
        `transactions ${name}`,
        'transaction',
        (sql, slice) => transactionList.page(sql, whale, { status, window }, slice),
      ],
      [`payouts ${name}`, 'payout', (sql, slice) => payoutList.page(sql, whale, { status, window }, slice)],
    )
  }
}
for (const [name, kind, read] of lists) {
  const id = idAt(kind, ago(20))
  pages.push(
    [`${name}: first page`, (sql) => read(sql, FIRST)],
    [`${name}: starting_after`, (sql) => read(sql, { ...FIRST, older_than: id })],
    [`${name}: ending_before`, (sql) => read(sql, { ...FIRST, newer_than: id })],
  )
}
pages.push(
  ['events after a sequence', (sql) => eventsAfter(sql, whale, null, 20_000, 20)],
  ['events of a type after a sequence', (sql) => eventsAfter(sql, whale, 'payout.sent', 20_000, 20)],
  ['sessions of an order', (sql) => listSessions(sql, whale, { ...ALL, order_id: 'ORD-777' }, FIRST)],
)

const HISTORY = ['checkout_session', 'transaction', 'payout', 'event', 'list_count']
function assertRange({ blocks, read }: Work, most: number) {
  for (const table of HISTORY) assert.ok(!read.has(`seq ${table}`), `all of ${table} was read`)
  assert.ok(blocks <= most, `${blocks} blocks, of ${[...read].join(', ')}`)
}

describe('with 200,000 sessions', () => {
  for (const [name, read] of pages) {
    test(`a page is a range of an index: ${name}`, async () => assertRange(await worst(read), 250))
  }

  test('a deep page passes over entries of the index, not over rows', async () => {
    const deep = await worst((sql) => listSessions(sql, whale, ALL, { ...FIRST, page: 5000, offset: 99_980 }))
    const rows = await counted('checkout_session', "metadata ->> 'x' is null")
    assertRange(deep, rows.blocks / 2)
  })

  test('an order is found by the index of orders', async () => {
    const filter = { ...ALL, order_id: 'ORD-777' }
    for (const read of [
      (sql: Sql) => listSessions(sql, whale, filter, FIRST),
      (sql: Sql) => countSessions(sql, whale, filter),
    ]) {
      const work = await worst(read)
      assertRange(work, 30)
      assert.ok(work.read.has('checkout_session_order'))
    }
    assert.equal(await countSessions(db, whale, filter), 2)
  })
})

describe('the total is not counted', () => {
  const shown = `case when status = 'pending' and expires_at <= now() then 'expired' else status end`
  for (const status of [null, ...SESSION_STATUSES]) {
    test(`sessions ${status ?? 'of every status'}`, async () => {
      const by_looking = await counted(
        'checkout_session',
        status === null ? 'true' : `${shown} = '${status}'`,
      )
      const total = (sql: Sql) => countSessions(sql, whale, { ...ALL, status })
      assert.equal(await total(db), by_looking.n)
      // Sessions that are past and not yet swept are looked at one by one: here there are ten.
      const few =
        status === 'pending' || status === 'expired' ? by_looking.blocks / 20 : by_looking.blocks / 200
      assertRange(await worst(total), few)
    })
  }

  test('of a time: whole months and hours are summed, the two broken hours are looked at', async () => {
    const at = (ms: number) => `'${new Date(ms).toISOString()}'`
    const time = `created_at >= ${at(SPAN.from)} and created_at < ${at(SPAN.end)}`
    for (const status of [null, 'completed'] as const) {
      const by_looking = await counted(
        'checkout_session',
        status === null ? time : `${time} and status = '${status}'`,
      )
      const total = (sql: Sql) => countSessions(sql, whale, { ...ALL, status, window: SPAN })
      assert.equal(await total(db), by_looking.n)
      assertRange(await worst(total), by_looking.blocks / 20)
    }
  })

  test('transactions, payouts and events', async () => {
    for (const status of [null, 'completed'] as const) {
      for (const [table, list] of [
        ['transaction', transactionList],
        ['payout', payoutList],
      ] as const) {
        const by_looking = await counted(table, status === null ? 'true' : `status = '${status}'`)
        const total = (sql: Sql) => list.count(sql, whale, { status, window: EVER })
        assert.equal(await total(db), by_looking.n)
        assertRange(await worst(total), by_looking.blocks / 10)
      }
    }
    for (const type of [null, 'payout.sent'] as const) {
      const by_looking = await counted('event', type === null ? 'true' : `type = '${type}'`)
      const total = (sql: Sql) => countEvents(sql, whale, type)
      assert.equal(await total(db), by_looking.n)
      assertRange(await worst(total), by_looking.blocks / 10)
    }
  })
})
