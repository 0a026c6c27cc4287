import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayContext, newMerchant } from '../../../../test/support/gatewayContext.ts'
import { inTransaction, one } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { open } from '../lib/seal.ts'
import { createDefaultEndpoint } from './createEndpoint.ts'
import { fanOutEvent } from './fanOutEvent.ts'
import { webhookSweeps } from './jobs.ts'
import { secretContext } from './secretContext.ts'
import { setDefaultUrl } from './store.ts'

const { ctx, close } = await gatewayContext()
after(close)

const shop = await newMerchant(ctx, { webhook_url: 'https://shop.example/hook' })
const quietShop = await newMerchant(ctx)

async function newEvent(merchant_id: string, webhook_url: string | null = null) {
  const tenant = { merchant_id, livemode: false }
  await inTransaction(ctx.db, (tx) =>
    recordEvent(tx, tenant, { type: 'payout.sent', object_id: 'po_1', data: {}, webhook_url }),
  )
  const sql = 'select id from event where merchant_id = $1 order by sequence desc limit 1'
  return { ...tenant, ...(await one<{ id: string }>(ctx.db, sql, [merchant_id])) }
}

type Delivery = { id: string; url: string; state: string; jobs: bigint }
const deliveries = async (event_id: string) =>
  (
    await ctx.db.query<Delivery>(
      `select d.id, d.url, d.state,
         (select count(*) from graphile_worker.jobs j where j.key = 'deliver_webhook:' || d.id) jobs
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

describe('fanOutEvent', () => {
  test('makes one delivery and one job, however often and at once it is called', async () => {
    const event = await newEvent(shop.merchant_id)
    await fanOutEvent(ctx, event)
    await fanOutEvent(ctx, event)
    const racing = await newEvent(shop.merchant_id)
    await Promise.all(Array.from({ length: 5 }, () => fanOutEvent(ctx, racing)))
    for (const { id } of [event, racing]) {
      const [delivery, ...more] = await deliveries(id)
      assert.equal(more.length, 0)
      assert.deepEqual(
        [delivery?.url, delivery?.state, delivery?.jobs],
        ['https://shop.example/hook', 'pending', 1n],
      )
    }
  })

  test('without any URL there is nothing to deliver, and it is done', async () => {
    const event = await newEvent(quietShop.merchant_id)
    await fanOutEvent(ctx, event)
    assert.deepEqual([await deliveries(event.id), await fannedOut(event.id)], [[], true])
  })

  test('a new default URL is for later events; what is on its way keeps its own', async () => {
    const { merchant_id } = await newMerchant(ctx, { webhook_url: 'https://a.example/old' })
    const [first, second] = [await newEvent(merchant_id), await newEvent(merchant_id)]
    await fanOutEvent(ctx, first)
    await setDefaultUrl(ctx.db, { merchant_id, livemode: false }, 'https://a.example/new')
    await fanOutEvent(ctx, second)
    const urls = [...(await deliveries(first.id)), ...(await deliveries(second.id))].map(({ url }) => url)
    assert.deepEqual(urls, ['https://a.example/old', 'https://a.example/new'])
  })

  test('a session’s own URL replaces the default one, also where there is none', async () => {
    for (const { merchant_id } of [shop, quietShop]) {
      const event = await newEvent(merchant_id, 'https://own.example/hook')
      await fanOutEvent(ctx, event)
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
        `insert into webhook_endpoint (merchant_id, livemode, id, url, status, secret_sealed)
         values ($1, $2, $3, 'https://b.example/' || $3, $4, '')`,
        [merchant_id, livemode, id, status],
      )
    await add(busyShop.merchant_id, false, 'we_on', 'enabled')
    await add(busyShop.merchant_id, false, 'we_off', 'disabled')
    await add(busyShop.merchant_id, true, 'we_live', 'enabled')
    await add(shop.merchant_id, false, 'we_foreign', 'enabled')
    const event = await newEvent(busyShop.merchant_id, 'https://own.example/hook')
    await fanOutEvent(ctx, event)
    assert.deepEqual(
      (await deliveries(event.id)).map(({ url }) => url),
      ['https://b.example/we_on', 'https://own.example/hook'],
    )
    await ctx.db.query(`update webhook_endpoint set status = 'disabled' where id = 'we_foreign'`)
  })

  test('an unknown event or one of another merchant or mode is nothing', async () => {
    const event = await newEvent(shop.merchant_id)
    await fanOutEvent(ctx, { ...event, merchant_id: quietShop.merchant_id })
    await fanOutEvent(ctx, { ...event, livemode: true })
    await fanOutEvent(ctx, { ...event, id: 'evt_none' })
    assert.deepEqual([await deliveries(event.id), await fannedOut(event.id)], [[], false])
  })
})

describe('webhookSweeps', () => {
  const sweep = (name: string) => webhookSweeps(ctx).find((sweep) => sweep.name === name)

  test('finds an event whose job was lost', async () => {
    const id = `evt_forgotten`
    await ctx.db.query(
      `insert into event (merchant_id, livemode, id, sequence, type, object_id, data, created_at)
       values ($1, false, $2, 1000, 'payout.sent', 'po_1', '{}', now() - interval '1 minute')`,
      [shop.merchant_id, id],
    )
    assert.equal(await sweep('forgotten events')?.run(), 1)
    assert.equal((await deliveries(id)).length, 1)
    assert.equal(await sweep('forgotten events')?.run(), 0)
  })

  test('wakes the deliveries whose time has come and that nobody holds', async () => {
    await ctx.db.query('delete from graphile_worker._private_jobs')
    await ctx.db.query(`update webhook_delivery set wake_at = now() + interval '1 hour'`)
    const { rows } = await ctx.db.query<{ id: string }>('select id from webhook_delivery limit 4')
    const [due, held, freed, done] = rows.map(({ id }) => id)
    await ctx.db.query(`update webhook_delivery set wake_at = now() where id = any($1)`, [
      [due, held, freed, done],
    ])
    const lease = (id: string | undefined, seconds: number) =>
      ctx.db.query(
        `update webhook_delivery set lease_until = now() + $2 * interval '1 second' where id = $1`,
        [id, seconds],
      )
    await lease(held, 60)
    await lease(freed, -1)
    await ctx.db.query(`update webhook_delivery set state = 'succeeded' where id = $1`, [done])
    assert.equal(await sweep('webhook retries')?.run(), 2)
    const jobs = await ctx.db.query<{ key: string }>('select key from graphile_worker.jobs order by key')
    assert.deepEqual(
      jobs.rows.map(({ key }) => key),
      [due, freed].map((id) => `deliver_webhook:${id}`).toSorted(),
    )
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
