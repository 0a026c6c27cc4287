/** What the delivery log costs when there is a lot of it. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Work, workOf } from '../../../../../test/support/blocks.ts'
import { testDatabase } from '../../../../../test/support/database.ts'
import type { Sql } from '../../db/sql.ts'
import { countUnacknowledged, unacknowledgedEvents } from '../../events/unacknowledgedStore.ts'
import { resendsAfter } from '../../events/resendListStore.ts'
import { eventsInRange, unacknowledgedInRange } from '../resendRangeStore.ts'
import { type TryFilter, triesAtEndpoint, triesOfEvent } from './logStore.ts'

const database = await testDatabase()
const { db } = database
const client = await db.pool.connect()
after(async () => {
  client.release()
  await database.drop()
})

const TRIES = 200_000
const EVENTS = 50_000
const MISSED = 20_000
const whale = { merchant_id: 'mer_whale', livemode: false }
const endpoint = { ...whale, id: 'we_whale' }
const idOf = (prefix: string, n: number) => prefix + String(n).padStart(26, '0')
const made = (prefix: string, n: string) => `'${prefix}' || lpad((${n})::text, 26, '0')`

await db.query(
  `insert into merchant (id, name, email)
   select case n when 0 then 'mer_whale' else 'mer_' || n end, 'm', 'a@b.co' from generate_series(0, 1000) n`,
)
await db.query(
  `insert into webhook_endpoint (merchant_id, livemode, id, url, secret_sealed)
   select id, false, case id when 'mer_whale' then 'we_whale' else 'we_' || id end, 'https://shop.example/hook', '\\x00'
   from merchant`,
)
await client.query('set session_replication_role = replica')
// One endpoint with a long history among a thousand with a short one. Its only failures are its oldest tries.
await client.query(
  `insert into webhook_attempt (merchant_id, livemode, id, endpoint_id, event_id, url, number, succeeded, status,
     diagnosis, request_headers, latency_ms, created_at)
   select case when n <= $1 then 'mer_whale' else 'mer_' || 1 + n % 1000 end, false, ${made('wha_', 'n')},
     case when n <= $1 then 'we_whale' else 'we_mer_' || 1 + n % 1000 end, ${made('evt_', `1 + n % ${EVENTS}`)},
     'https://shop.example/hook', 1, n > 10, 200, 'accepted', '{"content-type":"application/json"}', 10, now()
   from generate_series(1, $1::int + 20000) n`,
  [TRIES],
)
await client.query(
  `insert into event (merchant_id, livemode, id, sequence, type, object_id, data, created_at, fanned_out_at)
   select 'mer_whale', false, ${made('evt_', 'n')}, n, 'payout.sent', 'po_1', '{}', now(), now()
   from generate_series(1, $1::int) n`,
  [EVENTS],
)
await client.query(
  `insert into webhook_delivery (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin, state,
     finished_at)
   select 'mer_whale', false, ${made('whd_', 'n')}, ${made('evt_', 'n')}, n, 'we_whale', 'https://shop.example/hook',
     'https://shop.example', 'failed', now() from generate_series(1, $1::int) n`,
  [MISSED],
)
await client.query(
  `insert into webhook_delivery (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin, state,
     finished_at)
   select 'mer_' || 1 + n % 1000, false, ${made('whd_', 'n')}, ${made('evt_', 'n')}, n, 'we_mer_' || 1 + n % 1000,
     'https://shop.example/hook', 'https://shop.example', 'failed', now() from generate_series(1, 60000) n`,
)
await client.query(
  `insert into event_resend (merchant_id, livemode, sequence, event_id)
   select 'mer_whale', false, n, ${made('evt_', 'n')} from generate_series(1, $1::int) n`,
  [EVENTS],
)
await client.query('set session_replication_role = origin')
await db.query('vacuum analyze')

/** The plan for these values and the plan for any values: either may be the one that is run. */
async function worst(run: (sql: Sql) => Promise<unknown>): Promise<Work> {
  const [one_off, general] = [await workOf(client, 'custom', run), await workOf(client, 'generic', run)]
  return {
    blocks: Math.max(one_off.blocks, general.blocks),
    read: new Set([...one_off.read, ...general.read]),
  }
}

const TABLES = ['webhook_attempt', 'webhook_delivery', 'event', 'event_resend']
function wasRange({ blocks, read }: Work, most: number): void {
  for (const table of TABLES) assert.ok(!read.has(`seq ${table}`), `all of ${table} was read`)
  assert.ok(blocks <= most, `${blocks} blocks, of ${[...read].join(', ')}`)
}

const ANY: TryFilter = { outcome: null, event_id: null }
const event_id = idOf('evt_', 700)
const filters: Record<string, TryFilter> = {
  'of all': ANY,
  'that succeeded': { ...ANY, outcome: 'succeeded' },
  'that failed, of which there are few and long ago': { ...ANY, outcome: 'failed' },
  'of an event': { ...ANY, event_id },
  'of an event that failed': { outcome: 'failed', event_id },
}

describe(`with ${TRIES} tries at one endpoint`, () => {
  for (const [what, filter] of Object.entries(filters)) {
    for (const [where, older_than] of [
      ['first page', null],
      ['starting_after', idOf('wha_', TRIES / 2)],
    ] as const) {
      test(`a page is a range of an index: tries ${what}, ${where}`, async () => {
        const slice = { older_than, limit: 20 }
        wasRange(await worst((sql) => triesAtEndpoint(sql, endpoint, filter, slice)), 80)
      })
    }
  }

  test('the rare outcome is found', async () => {
    const rows = await triesAtEndpoint(
      db,
      endpoint,
      { ...ANY, outcome: 'failed' },
      { older_than: null, limit: 4 },
    )
    assert.deepEqual(
      rows.map(({ id }) => id),
      [10, 9, 8, 7, 6].map((n) => idOf('wha_', n)),
    )
  })

  test('control: looking for the rare outcome along the history is far over the bound', async () => {
    const work = await worst((sql) =>
      sql.query(
        `select * from webhook_attempt where merchant_id = $1 and livemode = $2 and endpoint_id = $3
           and (case when succeeded then 1 else 0 end) = 0 order by id desc limit 20`,
        [endpoint.merchant_id, endpoint.livemode, endpoint.id],
      ),
    )
    assert.throws(() => wasRange(work, 80))
  })

  test('tries of an event', async () => {
    const slice = { older_than: null, limit: 20 }
    wasRange(await worst((sql) => triesOfEvent(sql, { ...whale, id: event_id }, slice)), 80)
  })
})

describe(`with ${MISSED} events that an endpoint did not accept`, () => {
  test('a page of them is a range of the key', async () =>
    wasRange(await worst((sql) => unacknowledgedEvents(sql, endpoint, 10_000, 20)), 200))

  test('they are counted up to 10,000', async () => {
    assert.equal(await countUnacknowledged(db, endpoint), 10_000)
    wasRange(await worst((sql) => countUnacknowledged(sql, endpoint)), 600)
  })

  test('a thousand of them to be sent again', async () => {
    const range = { after: 500, to: null, limit: 1001 }
    // Each event is found by its own key, at four blocks or so.
    wasRange(await worst((sql) => unacknowledgedInRange(sql, endpoint, range)), 6000)
  })

  test('a thousand events of any kind', async () => {
    const range = { after: 500, to: 9000, limit: 1001 }
    wasRange(await worst((sql) => eventsInRange(sql, endpoint, range)), 2000)
  })

  test('a page of resends', async () =>
    wasRange(await worst((sql) => resendsAfter(sql, whale, 700, 20)), 200))
})
