import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { publishAll } from '../../../../../test/support/deliver.ts'
import { gatewayContext, newMerchant } from '../../../../../test/support/gatewayContext.ts'
import { type Receiver, startReceiver } from '../../../../../test/support/receiver.ts'
import type { Context } from '../../context.ts'
import { inTransaction, one } from '../../db/sql.ts'
import { recordEvent } from '../../events/record.ts'
import type { Tenant } from '../../lib/tenant.ts'
import { createEgress } from '../egress.ts'
import { webhookPorts } from '../../wiring.ts'
import { recordTries } from './attemptStore.ts'
import { startDispatcher } from './dispatcher.ts'
import { type DueDelivery, dueDeliveries } from './dueStore.ts'
import { webhookSweeps } from './jobs.ts'
import { addToQueues, claimQueues, putDownQueues, readAdded } from './queueStore.ts'
import { signingKeys } from '../signature.ts'
import { tryDelivery } from './tryDelivery.ts'

const { ctx, close } = await gatewayContext({
  SKIRO_WEBHOOK_CONCURRENCY: '80',
  SKIRO_WEBHOOK_ENDPOINT_CONCURRENCY: '8',
  SKIRO_LEASE_SECONDS: '2',
  SKIRO_SMTP_URL: 'smtp://127.0.0.1:9',
  SKIRO_MAIL_FROM: 'skiro@pay.example',
})
const egress = createEgress(['127.0.0.0/8'])
after(async () => {
  await egress.close()
  await close()
})

async function shopAt(url: string): Promise<Tenant> {
  const { merchant_id } = await newMerchant(ctx, { webhook_url: url })
  return { merchant_id, livemode: false }
}

async function events(tenant: Tenant, count: number): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    for (let n = 0; n < count; n++) {
      const event = { type: 'payout.sent', object_id: `po_${n}`, data: { n }, webhook_url: null } as const
      await recordEvent(tx, tenant, event)
    }
  })
  await publishAll(ctx)
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 2000) throw new Error(`did not happen: ${what}`)
    await sleep(5)
  }
}

const pending = async ({ merchant_id }: Tenant) =>
  (
    await one<{ n: number }>(
      ctx.db,
      `select count(*)::int n from webhook_delivery where merchant_id = $1 and state = 'pending'`,
      [merchant_id],
    )
  ).n

const queueOf = ({ merchant_id }: Tenant) =>
  one<{ owner: string | null; due_at: Date | null }>(
    ctx.db,
    'select owner, due_at from webhook_queue where merchant_id = $1',
    [merchant_id],
  )

/** Runs a dispatcher while `work` runs. */
async function dispatching(work: () => Promise<void>, over: Context = ctx): Promise<void> {
  const dispatcher = startDispatcher(over, egress, webhookPorts(over))
  dispatcher.wake()
  try {
    await work()
  } finally {
    await dispatcher.stop()
  }
}

/** A receiver that lets go of what it holds before it is closed, so that no try waits for its timeout. */
async function withReceivers(count: number, work: (receivers: Receiver[]) => Promise<void>): Promise<void> {
  const receivers = await Promise.all(Array.from({ length: count }, () => startReceiver()))
  try {
    await work(receivers)
  } finally {
    await Promise.all(receivers.map((receiver) => receiver.close()))
  }
}

describe('a dispatcher', () => {
  test('sends everything to a good server while fifty others hang, and keeps one try at each of those', async () => {
    await withReceivers(51, async ([good, ...hung]) => {
      assert.ok(good)
      const releases = hung.map((receiver) => receiver.hold())
      // The good one's events are the last of all.
      for (const receiver of hung) await events(await shopAt(receiver.url), 6)
      await dispatching(async () => {
        await until('all fifty hang', () => hung.every(({ received }) => received.length > 0))
        const shop = await shopAt(good.url)
        await events(shop, 200)
        await until('200 events at the good server', () => good.received.length === 200)
        await until('all written down', async () => (await pending(shop)) === 0)
        assert.deepEqual(new Set(hung.map(({ received }) => received.length)), new Set([1]))
        for (const release of releases) release()
        await until('the others, once they answer', () => hung.every(({ received }) => received.length === 6))
      })
    })
  })

  test('control: one queue for all, oldest first, sends the good server nothing', async () => {
    await withReceivers(51, async ([good, ...hung]) => {
      assert.ok(good)
      const releases = hung.map((receiver) => receiver.hold())
      for (const receiver of hung) await events(await shopAt(receiver.url), 2)
      await events(await shopAt(good.url), 5)
      const workers = naiveWorkers(80)
      await until('the places to be taken', () => workers.started() === 80)
      await sleep(100)
      assert.equal(good.received.length, 0)
      for (const release of releases) release()
      await workers.done
      assert.equal(good.received.length, 5)
    })
  })

  test('sends at most so many at a time to one receiver, and each event once', async () => {
    await withReceivers(1, async ([receiver]) => {
      assert.ok(receiver)
      receiver.delay(5)
      const shop = await shopAt(receiver.url)
      await events(shop, 300)
      let most = 0
      const counted = {
        ...egress,
        async post(...args: Parameters<typeof egress.post>) {
          most = Math.max(most, ++under_way)
          return await egress.post(...args).finally(() => under_way--)
        },
      }
      let under_way = 0
      const dispatcher = startDispatcher(ctx, counted, webhookPorts(ctx))
      dispatcher.wake()
      await until('300 events', () => receiver.received.length >= 300)
      await dispatcher.stop()
      assert.equal(most, 8)
      assert.equal(new Set(receiver.received.map(({ event }) => event.id)).size, 300)
      assert.equal(receiver.received.length, 300)
    })
  })

  test('two of them share the work: every event once', async () => {
    await withReceivers(8, async (receivers) => {
      for (const { url } of receivers) await events(await shopAt(url), 50)
      await dispatching(() =>
        dispatching(() => until('all', () => receivers.every(({ received }) => received.length >= 50))),
      )
      for (const { received } of receivers)
        assert.deepEqual(
          received.map(({ event }) => event.sequence).toSorted((a, b) => a - b),
          Array.from({ length: 50 }, (_, n) => n + 1),
        )
    })
  })

  test('holds a handful in memory, however many wait', async () => {
    await withReceivers(1, async ([receiver]) => {
      assert.ok(receiver)
      const release = receiver.hold()
      const shop = await shopAt(receiver.url)
      await events(shop, 1)
      await ctx.db.query(
        `insert into event (merchant_id, livemode, id, sequence, type, object_id, data, fanned_out_at)
           select $1, false, 'evt_w' || n, n, 'payout.sent', 'po', '{}', now() from generate_series(10, 20000) n`,
        [shop.merchant_id],
      )
      await ctx.db.query(
        `insert into webhook_delivery (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin)
           select e.merchant_id, false, 'whd_w' || e.sequence, e.id, e.sequence, w.id, w.url, w.url
           from event e join webhook_endpoint w on w.merchant_id = e.merchant_id where e.merchant_id = $1 and e.sequence > 1`,
        [shop.merchant_id],
      )
      let fetched = 0
      const query: typeof ctx.db.query = async (text, values) => {
        const answer = await ctx.db.query<never>(text, values)
        if (text.includes('join event e')) fetched += answer.rows.length
        return answer
      }
      await dispatching(
        async () => {
          await until('the first try', () => receiver.received.length > 0)
          await sleep(1200)
          assert.ok(fetched <= 4, `${fetched} deliveries were read`)
          release()
        },
        { ...ctx, db: { ...ctx.db, query } },
      )
      await ctx.db.query(`update webhook_delivery set state = 'failed' where merchant_id = $1`, [
        shop.merchant_id,
      ])
    })
  })

  test('takes over the queue of a worker that died once its lease has run out, and not before', async () => {
    await withReceivers(1, async ([receiver]) => {
      assert.ok(receiver)
      const shop = await shopAt(receiver.url)
      await events(shop, 3)
      const [taken] = (await claimQueues(ctx.db, 'wrk_dead', 60, 1000, true)).filter(
        ({ merchant_id }) => merchant_id === shop.merchant_id,
      )
      assert.ok(taken)
      await dispatching(async () => {
        await sleep(700)
        assert.equal(receiver.received.length, 0)
        await ctx.db.query('update webhook_queue set lease_until = now() where merchant_id = $1', [
          shop.merchant_id,
        ])
        await until('the three events', () => receiver.received.length === 3)
      })
    })
  })

  test('stops by writing down what is under way and letting go of its queues', async () => {
    await withReceivers(1, async ([receiver]) => {
      assert.ok(receiver)
      receiver.delay(150)
      const shop = await shopAt(receiver.url)
      await events(shop, 20)
      await dispatching(() => until('a try', () => receiver.received.length > 0))
      const { length } = receiver.received
      assert.ok(length < 20)
      assert.equal(await pending(shop), 20 - length)
      assert.equal((await queueOf(shop)).owner, null)
      assert.notEqual((await queueOf(shop)).due_at, null)
      receiver.delay(0)
      await dispatching(() => until('the rest', () => receiver.received.length === 20))
      assert.equal(new Set(receiver.received.map(({ event }) => event.id)).size, 20)
    })
  })
})

describe('a queue that is put down', () => {
  const claim = async (shop: Tenant) =>
    (await claimQueues(ctx.db, 'wrk_me', 60, 1000, true)).filter(
      ({ merchant_id }) => merchant_id === shop.merchant_id,
    )

  test('stays with its owner when something was added meanwhile', async () => {
    const shop = await shopAt('https://shop.example/hook')
    await events(shop, 1)
    const claimed = await claim(shop)
    await ctx.db.query(`delete from webhook_delivery where merchant_id = $1`, [shop.merchant_id])
    await events(shop, 1)
    assert.deepEqual(await putDownQueues(ctx.db, 'wrk_me', claimed), [])
    const again = await readAdded(ctx.db, 'wrk_me', claimed)
    assert.equal(again[0]?.added, 2n)
    assert.equal((await putDownQueues(ctx.db, 'wrk_me', again)).length, 1)
    assert.notEqual((await queueOf(shop)).due_at, null)
  })

  test('control: without that check an event that comes in between waits for ever', async () => {
    const shop = await shopAt('https://shop.example/hook')
    await events(shop, 1)
    await claim(shop)
    await ctx.db.query(`delete from webhook_delivery where merchant_id = $1`, [shop.merchant_id])
    // Between reading that nothing is due and putting the queue down.
    await events(shop, 1)
    await ctx.db.query('update webhook_queue set owner = null, due_at = null where merchant_id = $1', [
      shop.merchant_id,
    ])
    assert.deepEqual(await claim(shop), [])
    assert.equal(await pending(shop), 1)
    await inTransaction(ctx.db, (tx) => {
      const origin = 'https://shop.example'
      return ctx.db
        .query<{ endpoint_id: string }>('select endpoint_id from webhook_queue where merchant_id = $1', [
          shop.merchant_id,
        ])
        .then(({ rows }) =>
          addToQueues(tx, shop, [{ endpoint_id: rows[0]?.endpoint_id ?? '', origin, is_on: true }]),
        )
    })
    await ctx.db.query('update webhook_queue set lease_until = now() where merchant_id = $1', [
      shop.merchant_id,
    ])
    assert.equal((await claim(shop)).length, 1)
  })

  test('waits for its next retry', async () => {
    const shop = await shopAt('https://shop.example/hook')
    await events(shop, 2)
    const claimed = await claim(shop)
    await ctx.db.query(
      `update webhook_delivery set wake_at = now() + interval '1 hour' * substr(event.object_id, 4)::int + interval '1 hour'
       from event where event.id = event_id and webhook_delivery.merchant_id = $1`,
      [shop.merchant_id],
    )
    await putDownQueues(ctx.db, 'wrk_me', claimed)
    const { due_at } = await queueOf(shop)
    const minutes = ((due_at?.getTime() ?? 0) - Date.now()) / 60_000
    assert.ok(minutes > 59 && minutes <= 60.1, `${minutes} minutes`)
  })
})

describe('an endpoint that fails', () => {
  const read = ({ merchant_id }: Tenant) =>
    one<{ status: string; failing_since: Date | null; disabled_reason: string | null }>(
      ctx.db,
      'select status, failing_since, disabled_reason from webhook_endpoint where merchant_id = $1',
      [merchant_id],
    )
  const sweep = webhookSweeps(ctx, webhookPorts(ctx)).find(({ name }) => name === 'failing webhook endpoints')

  test('is disabled after 72 hours of nothing but failures, and its merchant is told', async () => {
    await withReceivers(1, async ([receiver]) => {
      assert.ok(receiver)
      receiver.answer(500)
      const shop = await shopAt(receiver.url)
      await events(shop, 2)
      await dispatching(() => until('both tries', async () => receiver.received.length === 2))
      assert.notEqual((await read(shop)).failing_since, null)

      const age = (hours: number) =>
        ctx.db.query(
          `update webhook_endpoint set failing_since = now() - $2 * interval '1 hour' where merchant_id = $1`,
          [shop.merchant_id, hours],
        )
      await age(71.9)
      assert.equal(await sweep?.run(), 0)
      await age(72.1)
      assert.equal(await sweep?.run(), 1)
      assert.equal(await sweep?.run(), 0)
      const { status, disabled_reason } = await read(shop)
      assert.deepEqual([status, disabled_reason, await pending(shop)], ['disabled', 'failing', 0])
      const said = await ctx.db.query(
        `select from event where merchant_id = $1 and type = 'webhook.disabled'`,
        [shop.merchant_id],
      )
      assert.equal(said.rows.length, 1)
      const mails = await ctx.db.query<object>(
        `select kind, address, state, webhook_endpoint_id = (select id from webhook_endpoint where merchant_id = $1) ours
         from mail where merchant_id = $1`,
        [shop.merchant_id],
      )
      assert.deepEqual(mails.rows, [
        { kind: 'webhook_disabled', address: 'owner@example.com', state: 'pending', ours: true },
      ])
    })
  })

  test('that accepts once more has a clean slate', async () => {
    await withReceivers(1, async ([receiver]) => {
      assert.ok(receiver)
      receiver.answer(500)
      const shop = await shopAt(receiver.url)
      await events(shop, 1)
      await dispatching(() => until('the failure', async () => (await read(shop)).failing_since !== null))
      await events(shop, 1)
      receiver.answer(200)
      await dispatching(() => until('the success', async () => (await read(shop)).failing_since === null))
    })
  })
})

/** The usual way: so many workers, whatever is oldest next. */
function naiveWorkers(count: number) {
  let started = 0
  const taken = new Set<string>()
  const work = async () => {
    for (;;) {
      const delivery = await oldest(taken)
      if (!delivery) return
      started++
      await recordTries(ctx.db, [await tryDelivery(egress, delivery, [signingKeys('whsec_naive')])])
    }
  }
  const done = Promise.all(Array.from({ length: count }, work))
  return { started: () => started, done }
}

async function oldest(taken: Set<string>): Promise<DueDelivery | null> {
  const { rows } = await ctx.db.query<{
    merchant_id: string
    livemode: boolean
    endpoint_id: string
    origin: string
  }>(
    `select merchant_id, livemode, endpoint_id, origin from webhook_delivery
     where state = 'pending' and wake_at <= now() and id <> all ($1) order by wake_at limit 1`,
    [[...taken]],
  )
  const [queue] = rows
  if (!queue) return null
  const [found] = await dueDeliveries(ctx.db, [{ queue, want: 1, since: 0 }], [...taken])
  const [delivery] = found ?? []
  if (!delivery || taken.has(delivery.id)) return await oldest(taken)
  taken.add(delivery.id)
  return delivery
}
