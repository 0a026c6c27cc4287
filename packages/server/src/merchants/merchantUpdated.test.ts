import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { webhookBench } from '../../../../test/support/webhookBench.ts'
import { inTransaction } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { setDefaultWebhook } from '../webhooks/setDefaultWebhook.ts'
import { webhookPorts } from '../wiring.ts'
import { changeMerchant } from './changeMerchant.ts'
import type { Change } from './changes.ts'
import { findMerchant } from './findMerchant.ts'
import { setPlan } from './setPlan.ts'
import { setWallet } from './setWallet.ts'
import { upsertWallet } from './walletStore.ts'

const bench = await webhookBench({ ...TEST_MODE, SKIRO_PLANS: '{"free":1500,"pro":290,"same":1500}' })
const { ctx, receiver, work } = bench
const ports = webhookPorts(ctx)

const OTHER = `0x${'44'.repeat(20)}`
const address = (n: number) => `0x${String(n + 10).padStart(40, '3')}`
const usdt = (to: string) => ({ asset: 'USDT' as const, network: 'ethereum', address: to })

type Told = {
  type: string
  livemode: boolean
  object_id: string
  data: { changes: Change[] }
  webhook_url: null
}

/** What the merchant was told in that mode, oldest first. */
async function told({ merchant_id, livemode }: Tenant): Promise<Told[]> {
  const { rows } = await ctx.db.query<Told>(
    `select type, livemode, object_id, data, webhook_url from event
     where merchant_id = $1 and livemode = $2 order by sequence`,
    [merchant_id, livemode],
  )
  return rows
}

let shop: Awaited<ReturnType<typeof bench.newShop>>
let tenant: Tenant
let live: Tenant
beforeEach(async () => {
  shop = await bench.newShop()
  tenant = shop.tenant
  live = { ...tenant, livemode: true }
})

/** Asserts that `act` tells of these changes once, in that mode, with the object as the API shows it, and nobody else. */
async function tells(act: () => Promise<unknown>, changes: Change[], where = tenant): Promise<void> {
  const elsewhere = { ...where, livemode: !where.livemode }
  const [before, before_elsewhere] = [await told(where), await told(elsewhere)]
  await act()
  const [event, ...more] = (await told(where)).slice(before.length)
  assert.deepEqual(event, {
    type: 'merchant.updated',
    livemode: where.livemode,
    object_id: where.merchant_id,
    webhook_url: null,
    data: { ...(await findMerchant(ctx, where)), changes },
  })
  assert.deepEqual(more, [])
  assert.deepEqual(await told(elsewhere), before_elsewhere)
}

async function tellsNothing(act: () => Promise<unknown>): Promise<void> {
  const before = [await told(tenant), await told(live)]
  await act()
  assert.deepEqual([await told(tenant), await told(live)], before)
}

describe('merchant.updated', () => {
  test('tells of a new wallet and of one that was replaced, in its mode', async () => {
    await tells(
      () => setWallet(ctx, tenant, { asset: 'ETH', ...WALLET }),
      [
        { field: 'wallets.ETH.network', from: null, to: 'ethereum' },
        { field: 'wallets.ETH.address', from: null, to: WALLET.address },
      ],
    )
    await tells(
      () => setWallet(ctx, tenant, usdt(OTHER)),
      [{ field: 'wallets.USDT.address', from: WALLET.address, to: OTHER }],
    )
    // As the network spells it, this is the same one.
    await tellsNothing(() => setWallet(ctx, tenant, usdt(OTHER.toLowerCase())))
  })

  test('tells of another plan in both modes, because it holds for both', async () => {
    await setPlan(ctx, tenant, { plan: 'pro' })
    const changes = [
      { field: 'plan', from: 'free', to: 'pro' },
      { field: 'fee_bps', from: 1500, to: 290 },
    ]
    for (const where of [tenant, live]) {
      const events = await told(where)
      assert.deepEqual(
        events.map(({ data }) => data),
        [{ ...(await findMerchant(ctx, where)), changes }],
      )
    }
    await tellsNothing(() => setPlan(ctx, tenant, { plan: 'pro' }))
    await setPlan(ctx, tenant, { plan: 'same' })
    assert.equal((await told(tenant)).length, 2)
  })

  test('tells of another default webhook URL, in its mode', async () => {
    const field = 'default_webhook_url'
    const [old, next] = [`${receiver.url}/default`, `${receiver.url}/next`]
    const set = (url: string | null, where = tenant) => setDefaultWebhook(ctx, ports, where, url)
    await tells(() => set(next), [{ field, from: old, to: next }])
    await tellsNothing(() => set(next))
    await tells(() => set(null), [{ field, from: next, to: null }])
    // The first of the other mode: its endpoint is made for it.
    await tells(() => set(next, live), [{ field, from: null, to: next }], live)
  })

  test('tells of a default URL that was changed through the API, and of no other change to endpoints', async () => {
    const [only] = (await shop.call('GET', 'webhooks')).body['data'] as { id: string }[]
    const patch = (id: string, body: object) => async () =>
      assert.equal((await shop.call('PATCH', `webhooks/${id}`, body)).status, 200)
    const url = `${receiver.url}/patched`
    await tells(patch(String(only?.id), { url }), [
      { field: 'default_webhook_url', from: `${receiver.url}/default`, to: url },
    ])
    await tellsNothing(patch(String(only?.id), { url, description: 'x', status: 'disabled' }))
    await tellsNothing(async () => {
      const { id } = await shop.newEndpoint('more')
      await patch(id, { url })()
      await shop.call('POST', `webhooks/${id}/rotate`)
    })
  })

  test('arrives at the URL that is set by then, and holds no secret', async () => {
    await work()
    receiver.received.length = 0
    await setWallet(ctx, tenant, usdt(OTHER))
    await setDefaultWebhook(ctx, ports, tenant, `${receiver.url}/next`)
    assert.deepEqual(await work(), ['/next', '/next'])
    for (const { body, event } of receiver.received) {
      assert.equal(event.type, 'merchant.updated')
      assert.doesNotMatch(body, /whsec_|sk_test_|secret/)
    }
  })

  test('nobody hears of what was refused, or of a merchant that is new', async () => {
    await tellsNothing(async () => {
      await assert.rejects(setWallet(ctx, tenant, usdt('0x1')), { code: 'invalid_request' })
      await assert.rejects(setPlan(ctx, tenant, { plan: 'gold' }), { code: 'invalid_request' })
    })
    assert.deepEqual([await told(tenant), await told(live)], [[], []])
    assert.deepEqual(await told((await bench.newShop({ plan: 'pro' })).tenant), [])
    const nobody = { ...tenant, merchant_id: 'mer_none' }
    await assert.rejects(setDefaultWebhook(ctx, ports, nobody, null), { code: 'not_found' })
    assert.deepEqual(await told(nobody), [])
  })
})

describe('change and event are one transaction', () => {
  test('rolled back, there is neither', async () => {
    const lost = inTransaction(ctx.db, async (tx) => {
      const change = () => upsertWallet(tx, tenant, { ...usdt(OTHER), mac: Buffer.alloc(32) })
      await changeMerchant(ctx, tx, tenant.merchant_id, [false], change)
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    assert.equal((await findMerchant(ctx, tenant)).wallets.USDT?.address, WALLET.address)
    assert.deepEqual(await told(tenant), [])
  })

  test('when the event cannot be recorded, nothing is changed', async () => {
    await ctx.db.query(
      `create function refuse_event() returns trigger language plpgsql as $$ begin raise 'no events'; end $$;
       create trigger refuse_event before insert on event for each row execute function refuse_event()`,
    )
    try {
      await assert.rejects(setWallet(ctx, tenant, usdt(OTHER)), /no events/)
      await assert.rejects(setPlan(ctx, tenant, { plan: 'pro' }), /no events/)
      await assert.rejects(setDefaultWebhook(ctx, ports, tenant, null), /no events/)
    } finally {
      await ctx.db.query('drop function refuse_event cascade')
    }
    const { wallets, plan, default_webhook_url } = await findMerchant(ctx, tenant)
    assert.deepEqual(
      [wallets.USDT?.address, plan, default_webhook_url],
      [WALLET.address, 'free', `${receiver.url}/default`],
    )
  })

  test('of twenty at once each says what its own did: the changes join up', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => setWallet(ctx, tenant, usdt(address(n)))))
    const changes = (await told(tenant)).map(({ data }) => data.changes[0])
    assert.equal(changes.length, 20)
    assert.deepEqual(
      changes.map((change) => change?.from),
      [WALLET.address, ...changes.slice(0, -1).map((change) => change?.to)],
    )
    assert.equal((await findMerchant(ctx, tenant)).wallets.USDT?.address, changes.at(-1)?.to)
  })
})
