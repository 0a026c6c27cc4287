import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayContext, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { parse } from '../http/parse.ts'
import { findMerchant } from './findMerchant.ts'
import { listMerchants, listMerchantsInput } from './listMerchants.ts'
import { listWallets } from './listWallets.ts'
import { setPlan, setPlanInput } from './setPlan.ts'
import { setWallet, setWalletInput } from './setWallet.ts'

const { ctx, close } = await gatewayContext({ ...TEST_MODE, SKIRO_PLANS: '{"free":1500,"pro":290}' })
after(close)

const NOBODY = { merchant_id: 'mer_none', livemode: false }
const OTHER = `0x${'44'.repeat(20)}`
const newTenant = async () => ({
  merchant_id: (await newMerchant(ctx, { wallets: { USDT: WALLET } })).merchant_id,
  livemode: false,
})

describe('setWallet', () => {
  test('sets one currency and replaces it, in the spelling of the network', async () => {
    const tenant = await newTenant()
    const lower = WALLET.address.toLowerCase()
    assert.deepEqual(await setWallet(ctx, tenant, { asset: 'ETH', network: 'ethereum', address: lower }), {
      asset: 'ETH',
      ...WALLET,
    })
    await setWallet(ctx, tenant, { asset: 'USDT', network: 'ethereum', address: OTHER })
    assert.deepEqual(await listWallets(ctx, tenant), [
      { asset: 'ETH', ...WALLET },
      { asset: 'USDT', network: 'ethereum', address: OTHER },
    ])
  })

  const bad: [string, { asset?: 'BTC'; network?: string; address?: string }, string][] = [
    ['a broken checksum', { address: WALLET.address.replace('dc79C8', 'DC79C8') }, 'address'],
    ['the zero address', { address: `0x${'0'.repeat(40)}` }, 'address'],
    ['a token contract', { address: `0x${'22'.repeat(20)}` }, 'address'],
    ['no address at all', { address: '' }, 'address'],
    ['a network that is not served', { network: 'base' }, 'network'],
    ['an asset that the network does not pay', { asset: 'BTC' }, 'network'],
  ]
  for (const [what, change, param] of bad) {
    test(`refuses ${what}, and keeps the wallet that was`, async () => {
      const tenant = await newTenant()
      const input = { asset: 'USDT' as const, ...WALLET, ...change }
      await assert.rejects(setWallet(ctx, tenant, input), { code: 'invalid_request', param })
      assert.deepEqual(await listWallets(ctx, tenant), [{ asset: 'USDT', ...WALLET }])
    })
  }

  test('keeps modes and merchants apart', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()]
    await assert.rejects(setWallet(ctx, { ...tenant, livemode: true }, { asset: 'USDT', ...WALLET }), {
      code: 'invalid_request',
      param: 'network',
    })
    await assert.rejects(setWallet(ctx, NOBODY, { asset: 'USDT', ...WALLET }), { code: 'not_found' })
    await setWallet(ctx, tenant, { asset: 'USDT', network: 'ethereum', address: OTHER })
    assert.deepEqual(await listWallets(ctx, other), [{ asset: 'USDT', ...WALLET }])
    assert.deepEqual(await listWallets(ctx, { ...tenant, livemode: true }), [])
    await assert.rejects(listWallets(ctx, NOBODY), { code: 'not_found' })
  })

  test('names what is wrong with its input', () => {
    const good = { asset: 'USDT', ...WALLET }
    assert.deepEqual(parse(setWalletInput, good), good)
    for (const [input, param] of [
      [{ ...good, asset: 'DOGE' }, 'asset'],
      [{ asset: 'USDT', network: 'ethereum' }, 'address'],
      [{ ...good, memo: 'x' }, 'memo'],
    ] as const) {
      assert.throws(() => parse(setWalletInput, input), { code: 'invalid_request', param })
    }
  })
})

describe('setPlan', () => {
  test('changes the plan and with it the fee', async () => {
    const tenant = await newTenant()
    assert.deepEqual(await setPlan(ctx, tenant, parse(setPlanInput, { plan: 'pro' })), {
      id: tenant.merchant_id,
      plan: 'pro',
      fee_bps: 290,
    })
    const { plan, fee_bps } = await findMerchant(ctx, tenant)
    assert.deepEqual([plan, fee_bps], ['pro', 290])
  })

  test('refuses plans that this server does not have, also those that every object has', async () => {
    const tenant = await newTenant()
    for (const plan of ['gold', '', 'toString', '__proto__']) {
      await assert.rejects(setPlan(ctx, tenant, { plan }), {
        code: 'invalid_request',
        param: 'plan',
        message: 'plan must be one of free, pro. SKIRO_PLANS sets them.',
      })
    }
    assert.equal((await findMerchant(ctx, tenant)).plan, 'free')
    await assert.rejects(setPlan(ctx, NOBODY, { plan: 'pro' }), { code: 'not_found' })
  })
})

describe('findMerchant', () => {
  test('says so when the configuration has lost the plan of a merchant', async () => {
    const tenant = await newTenant()
    await ctx.db.query(`update merchant set plan = 'gone' where id = $1`, [tenant.merchant_id])
    const { plan, fee_bps } = await findMerchant(ctx, tenant)
    assert.deepEqual([plan, fee_bps], ['gone', null])
  })

  test('knows no merchant that does not exist', async () => {
    await assert.rejects(findMerchant(ctx, NOBODY), { code: 'not_found' })
  })
})

describe('listMerchants', () => {
  const list = (input: object = {}) => listMerchants(ctx, parse(listMerchantsInput, input))

  test('pages through all of them, newest first, each once', async () => {
    const made = []
    for (let i = 0; i < 5; i++) made.push((await newTenant()).merchant_id)
    const all = await list({ limit: 1000 })
    assert.equal(all.has_more, false)
    assert.deepEqual(
      all.data.slice(0, 5).map(({ id }) => id),
      made.toSorted().toReversed(),
    )
    const seen = []
    for (let starting_after: string | undefined; ; ) {
      const page = await list({ limit: 2, ...(starting_after && { starting_after }) })
      assert.equal(page.has_more, page.data.length === 2 && seen.length + 2 < all.data.length)
      seen.push(...page.data)
      starting_after = page.data.at(-1)?.id
      if (!page.has_more) break
    }
    assert.deepEqual(seen, all.data)
  })

  test('finds merchants by e-mail address, however it is written', async () => {
    const { merchant_id } = await newMerchant(ctx, { email: 'Ada.Owner@Example.com', name: 'Ada' })
    const { data } = await list({ email: 'ada.owner@example.COM' })
    const [{ created_at, ...found } = { created_at: '' }, ...rest] = data
    assert.match(created_at, /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/)
    assert.deepEqual(
      [found, rest],
      [{ id: merchant_id, name: 'Ada', email: 'Ada.Owner@Example.com', plan: 'free', fee_bps: 1500 }, []],
    )
    assert.deepEqual((await list({ email: 'ada' })).data, [])
  })
})
