import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { type Tx, inTransaction } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type EventType, renderEvent } from './event.ts'
import { publishEvents } from '../webhooks/deliveries/publishEvents.ts'
import { unpublishedTenants } from './publishStore.ts'
import { recordEvent } from './record.ts'
import { findEvent } from './store.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query(
  `insert into merchant (id, name, email) select 'mer_' || n, 'm', 'a@b.co' from generate_series(1, 4) n`,
)

const tenant = (merchant_id: string, livemode = false): Tenant => ({ merchant_id, livemode })

const record = (owner: Tenant, object_id: string, type: EventType = 'checkout.expired') =>
  inTransaction(db, (tx) =>
    recordEvent(tx, owner, { type, object_id, data: { id: object_id, amount: 49.99 }, webhook_url: null }),
  )
const publish = (owner: Tenant) => publishEvents({ db }, owner)

type Row = { id: string; sequence: bigint; object_id: string }
const eventsOf = async ({ merchant_id, livemode }: Tenant) =>
  (
    await db.query<Row>(
      'select id, sequence, object_id from event where merchant_id = $1 and livemode = $2 order by sequence',
      [merchant_id, livemode],
    )
  ).rows

describe('recordEvent', () => {
  test('sequence has no gap when a third of 20 concurrent transactions rolls back', async () => {
    const owner = tenant('mer_1')
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        inTransaction(db, async (tx) => {
          const event = {
            type: 'payout.sent',
            object_id: `po_${index}`,
            data: {},
            webhook_url: null,
          } as const
          await recordEvent(tx, owner, event)
          if (index % 3 === 0) throw new Error('lost')
        }),
      ),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 7)
    assert.ok((await eventsOf(owner)).every(({ sequence }) => sequence === null))
    assert.deepEqual(await unpublishedTenants(db, 10), [owner])
    // Whoever publishes at the same time, every event is published once.
    const published = await Promise.all(Array.from({ length: 5 }, () => publish(owner)))
    assert.equal(
      published.reduce((sum, n) => sum + n),
      13,
    )
    const events = await eventsOf(owner)
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      Array.from({ length: 13 }, (_, index) => BigInt(index + 1)),
    )
    const recorded = events.map(({ object_id }) => Number(object_id.slice(3)))
    assert.deepEqual(
      recorded.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index).filter((index) => index % 3 !== 0),
    )
    assert.deepEqual(await unpublishedTenants(db, 10), [])
  })

  test('every merchant and mode counts for itself', async () => {
    for (const owner of [tenant('mer_2'), tenant('mer_2', true), tenant('mer_3')]) {
      await record(owner, 'cs_1')
      await record(owner, 'cs_2')
      await publish(owner)
      assert.deepEqual(
        (await eventsOf(owner)).map(({ sequence }) => sequence),
        [1n, 2n],
      )
    }
  })

  test('an event whose transaction rolls back leaves nothing', async () => {
    const lost = inTransaction(db, async (tx) => {
      const event = { type: 'payout.sent', object_id: 'po_x', data: {}, webhook_url: null } as const
      await recordEvent(tx, tenant('mer_4'), event)
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    assert.deepEqual(await eventsOf(tenant('mer_4')), [])
    assert.deepEqual(await unpublishedTenants(db, 10), [])
  })

  test('reads and renders as it was recorded, the same bytes every time', async () => {
    const owner = tenant('mer_4', true)
    const data = { z: 1, a: [49.99, null], nested: { text: 'Söhne "x"\n' } }
    await inTransaction(db, (tx) =>
      recordEvent(tx, owner, {
        type: 'payout.held',
        object_id: 'po_1',
        data,
        webhook_url: 'https://a.test/',
      }),
    )
    const [unpublished] = await eventsOf(owner)
    assert.equal(await findEvent(db, { ...owner, id: unpublished?.id ?? '' }), null)
    await publish(owner)
    const [event] = await eventsOf(owner)
    const first = await findEvent(db, { ...owner, id: event?.id ?? '' })
    const second = await findEvent(db, { ...owner, id: event?.id ?? '' })
    assert.ok(first && second)
    const body = JSON.stringify(renderEvent(first))
    assert.equal(JSON.stringify(renderEvent(second)), body)
    const { id, created_at, ...rest } = JSON.parse(body) as Record<string, unknown>
    assert.match(String(id), /^evt_/)
    assert.match(String(created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(rest, { object: 'event', type: 'payout.held', livemode: true, sequence: 1, data })
    // The order of the keys is part of the bytes that are signed.
    assert.ok(body.includes('"data":{"z":1,"a":[49.99,null],"nested"'))
    assert.equal(await findEvent(db, { ...tenant('mer_4'), id: String(id) }), null)
  })
})

/** Two payments of one merchant: the first records its event and stays open until the second is done. */
async function overlap(recordOne: (tx: Tx, owner: Tenant, name: string) => Promise<unknown>, owner: Tenant) {
  const order: string[] = []
  await inTransaction(db, async (tx) => {
    await recordOne(tx, owner, 'po_slow')
    await inTransaction(db, async (other) => {
      await other.query("set local lock_timeout = '200ms'")
      await recordOne(other, owner, 'po_quick')
    }).then(
      () => order.push('quick'),
      (error: { code?: string }) => order.push(`quick waits: ${error.code}`),
    )
  })
  return [...order, 'slow']
}

describe('payments of one merchant', () => {
  const event = (object_id: string) =>
    ({ type: 'payout.sent', object_id, data: {}, webhook_url: null }) as const

  test('do not wait for each other; numbers follow the commits', async () => {
    const owner = tenant('mer_2')
    const before = (await eventsOf(owner)).length
    const order = await overlap((tx, of, name) => recordEvent(tx, of, event(name)), owner)
    assert.deepEqual(order, ['quick', 'slow'])
    await publish(owner)
    const events = (await eventsOf(owner)).slice(before)
    assert.deepEqual(new Set(events.map(({ sequence }) => Number(sequence) - before)), new Set([1, 2]))
  })

  test('an event that is committed late gets a later number than what was published meanwhile', async () => {
    const owner = tenant('mer_3')
    await inTransaction(db, async (tx) => {
      await recordEvent(tx, owner, event('po_late'))
      await record(owner, 'cs_early')
      assert.equal(await publish(owner), 1)
    })
    assert.equal(await publish(owner), 1)
    assert.deepEqual(
      (await eventsOf(owner)).slice(-2).map(({ object_id }) => object_id),
      ['cs_early', 'po_late'],
    )
  })

  test('control: numbered when recorded, they do wait', async () => {
    const numberAtOnce = (tx: Tx, { merchant_id, livemode }: Tenant) =>
      tx.query(
        `insert into event_counter as c (merchant_id, livemode, last_sequence) values ($1, $2, 1)
         on conflict (merchant_id, livemode) do update set last_sequence = c.last_sequence + 1`,
        [merchant_id, livemode],
      )
    const order = await overlap(numberAtOnce, tenant('mer_2', true))
    assert.deepEqual(order, ['quick waits: 55P03', 'slow'])
  })
})

describe('a recorded event', () => {
  const fixed = [
    `data = '{"amount":1}'`,
    "type = 'payout.failed'",
    'sequence = 99',
    "object_id = 'cs_other'",
    "merchant_id = 'mer_2'",
    'livemode = not livemode',
    "created_at = now() - interval '1 day'",
    "id = 'evt_other'",
    "webhook_url = 'https://evil.example/'",
    "endpoint_id = 'we_other'",
    'fanned_out_at = null',
    'sequence = null',
  ]
  for (const set of fixed) {
    test(`does not change: ${set}`, async () => {
      const owner = tenant('mer_3', true)
      await record(owner, 'cs_9')
      await publish(owner)
      const [event] = await eventsOf(owner)
      await assert.rejects(db.query(`update event set ${set} where id = $1`, [event?.id]), { code: '23001' })
    })
  }

  test('is not deleted', async () => {
    await record(tenant('mer_3', true), 'cs_9')
    await assert.rejects(db.query('delete from event'), { code: '23001' })
  })

  test('is not emptied away with its deliveries either', async () => {
    await assert.rejects(db.query('truncate event cascade'), { code: '23001' })
  })

  test('has no number twice', async () => {
    const insert = (sequence: number) =>
      db.query(
        `insert into event (merchant_id, livemode, id, sequence, type, object_id, data)
         values ('mer_4', false, $1, $2, 'payout.sent', 'po_1', '{}')`,
        [`evt_${sequence}_${Math.random()}`, sequence],
      )
    await insert(500)
    await assert.rejects(insert(500), { code: '23505' })
    await insert(501)
  })

  test('is not published without a number', async () => {
    await record(tenant('mer_4'), 'cs_9')
    const unnumbered = db.query(`update event set fanned_out_at = now() where sequence is null`)
    await assert.rejects(unnumbered, { code: '23514', constraint: 'event_published' })
  })
})
