import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayContext, newMerchant } from '../../../../../test/support/gatewayContext.ts'
import { inTransaction, one } from '../../db/sql.ts'
import { recordEvent } from '../../events/record.ts'
import { open } from '../../lib/seal.ts'
import { createDefaultEndpoint } from '../createEndpoint.ts'
import { publishEvents } from './publishEvents.ts'
import { secretContext } from '../secretContext.ts'
import { setDefaultUrl } from '../store.ts'

const { ctx, close } = await gatewayContext()
after(close)

const shop = await newMerchant(ctx, { webhook_url: 'https://shop.example/hook' })
const quietShop = await newMerchant(ctx)

async function newEvent(merchant_id: string, webhook_url: string | null = null) {
  const tenant = { merchant_id, livemode: false }
  await inTransaction(ctx.db, (tx) =>
    recordEvent(tx, tenant, { type: 'payout.sent', object_id: 'po_1', data: {}, webhook_url }),
  )
  const sql = 'select id from event where merchant_id = $1 order by id desc limit 1'
  return { ...tenant, ...(await one<{ id: string }>(ctx.db, sql, [merchant_id])) }
}

type Delivery = { id: string; url: string; state: string; is_queued: boolean }
const deliveries = async (event_id: string) =>
  (
    await ctx.db.query<Delivery>(
      `select d.id, d.url, d.state,
         exists (select from webhook_queue q where q.endpoint_id = d.endpoint_id and q.origin = d.origin
           and q.due_at <= d.wake_at) is_queued
       from webhook_delivery d where d.event_id = $1 order by d.url`,
      [event_id],
    )
  ).rows
const fannedOut = async (id: string) =>
  (
    await one<{ done: boolean }>(ctx.db, 'select fanned_out_at is not null done from event where id = $1', [
      id,
    ])
  ).done

describe('publishEvents', () => {
  test('makes one delivery, due in its receiver’s queue, however often and at once it is called', async () => {
    const event = await newEvent(shop.merchant_id)
    await publishEvents(ctx, event)
    await publishEvents(ctx, event)
    const racing = await newEvent(shop.merchant_id)
    await Promise.all(Array.from({ length: 5 }, () => publishEvents(ctx, racing)))
    for (const { id } of [event, racing]) {
      const [delivery, ...more] = await deliveries(id)
      assert.equal(more.length, 0)
      assert.deepEqual(
        [delivery?.url, delivery?.state, delivery?.is_queued],
        ['https://shop.example/hook', 'pending', true],
      )
    }
  })

  test('without any URL there is nothing to deliver, and it is done', async () => {
    const event = await newEvent(quietShop.merchant_id)
    await publishEvents(ctx, event)
    assert.deepEqual([await deliveries(event.id), await fannedOut(event.id)], [[], true])
  })

  test('a new default URL is for later events; what is on its way keeps its own', async () => {
    const { merchant_id } = await newMerchant(ctx, { webhook_url: 'https://a.example/old' })
    const first = await newEvent(merchant_id)
    await publishEvents(ctx, first)
    await setDefaultUrl(ctx.db, { merchant_id, livemode: false }, 'https://a.example/new')
    const second = await newEvent(merchant_id)
    await publishEvents(ctx, second)
    const urls = [...(await deliveries(first.id)), ...(await deliveries(second.id))].map(({ url }) => url)
    assert.deepEqual(urls, ['https://a.example/old', 'https://a.example/new'])
  })

  test('a session’s own URL replaces the default one, also where there is none', async () => {
    for (const { merchant_id } of [shop, quietShop]) {
      const event = await newEvent(merchant_id, 'https://own.example/hook')
      await publishEvents(ctx, event)
      assert.deepEqual(
        (await deliveries(event.id)).map(({ url }) => url),
        ['https://own.example/hook'],
      )
    }
  })

  test('further endpoints are told as well, disabled and foreign ones are not', async () => {
    const busyShop = await newMerchant(ctx, { webhook_url: 'https://a.example/default' })
    const add = (merchant_id: string, livemode: boolean, id: string, status: string) =>
      ctx.db.query(
        `insert into webhook_endpoint (merchant_id, livemode, id, url, status, disabled_reason, secret_sealed)
         values ($1, $2, $3, 'https://b.example/' || $3, $4, case when $4 = 'disabled' then 'by_merchant' end, '')`,
        [merchant_id, livemode, id, status],
      )
    await add(busyShop.merchant_id, false, 'we_on', 'enabled')
    await add(busyShop.merchant_id, false, 'we_off', 'disabled')
    await add(busyShop.merchant_id, true, 'we_live', 'enabled')
    await add(shop.merchant_id, false, 'we_foreign', 'enabled')
    const event = await newEvent(busyShop.merchant_id, 'https://own.example/hook')
    await publishEvents(ctx, event)
    assert.deepEqual(
      (await deliveries(event.id)).map(({ url }) => url),
      ['https://b.example/we_on', 'https://own.example/hook'],
    )
    await ctx.db.query(
      `update webhook_endpoint set status = 'disabled', disabled_reason = 'by_merchant' where id = 'we_foreign'`,
    )
  })

  test('one merchant and mode at a time', async () => {
    const event = await newEvent(shop.merchant_id)
    await publishEvents(ctx, { ...event, merchant_id: quietShop.merchant_id })
    await publishEvents(ctx, { ...event, livemode: true })
    assert.deepEqual([await deliveries(event.id), await fannedOut(event.id)], [[], false])
    await publishEvents(ctx, event)
    assert.equal(await fannedOut(event.id), true)
  })

  test('events that an older version numbered and did not fan out keep their number', async () => {
    const { merchant_id } = await newMerchant(ctx, { webhook_url: 'https://a.example/hook' })
    await ctx.db.query(
      `insert into event (merchant_id, livemode, id, sequence, type, object_id, data)
       values ($1, false, 'evt_0numbered', 1, 'payout.sent', 'po_1', '{}')`,
      [merchant_id],
    )
    await ctx.db.query('insert into event_counter values ($1, false, 1)', [merchant_id])
    await newEvent(merchant_id)
    assert.equal(await publishEvents(ctx, { merchant_id, livemode: false }), 2)
    const { rows } = await ctx.db.query(
      `select id = 'evt_0numbered' is_old, sequence from event where merchant_id = $1 order by sequence`,
      [merchant_id],
    )
    assert.deepEqual(rows, [
      { is_old: true, sequence: 1n },
      { is_old: false, sequence: 2n },
    ])
    assert.equal((await deliveries('evt_0numbered')).length, 1)
  })
})

test('the secret is shown once, stored sealed, and bound to its row', async () => {
  assert.match(shop.webhook_secret, /^whsec_[0-9A-Za-z+/]{43}=$/)
  const row = await one<{ id: string; secret_sealed: Buffer }>(
    ctx.db,
    'select id, secret_sealed from webhook_endpoint where merchant_id = $1 and is_default',
    [shop.merchant_id],
  )
  assert.ok(!row.secret_sealed.includes(shop.webhook_secret))
  const key = ctx.config.key_encryption_keys
  const tenant = { merchant_id: shop.merchant_id, livemode: false }
  assert.equal(open(row.secret_sealed, key, secretContext(tenant, row.id)), shop.webhook_secret)
  for (const other of [
    { ...tenant, livemode: true },
    { ...tenant, merchant_id: quietShop.merchant_id },
  ]) {
    assert.throws(() => open(row.secret_sealed, key, secretContext(other, row.id)))
  }
  await assert.rejects(
    inTransaction(ctx.db, (tx) => createDefaultEndpoint(ctx, tx, tenant, null)),
    { constraint: 'webhook_endpoint_one_default' },
  )
})
