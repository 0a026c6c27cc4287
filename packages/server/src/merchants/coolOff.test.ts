import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayContext, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { inTransaction } from '../db/sql.ts'
import { assert as ensure } from '../lib/assert.ts'
import type { Tenant } from '../lib/tenant.ts'
import { findMerchant } from './findMerchant.ts'
import { listWallets } from './listWallets.ts'
import { setWallet } from './setWallet.ts'
import { upsertWallet } from './walletStore.ts'

const { ctx, close } = await gatewayContext({ ...TEST_MODE, SKIRO_WALLET_COOL_OFF_SECONDS: '3600' })
after(close)

const [OLD, NEW, THIRD] = [WALLET.address, `0x${'44'.repeat(20)}`, `0x${'55'.repeat(20)}`]
const usdt = (address: string) => ({ asset: 'USDT' as const, network: 'ethereum', address })

async function newTenant(): Promise<Tenant> {
  const { merchant_id } = await newMerchant(ctx, { wallets: { USDT: WALLET } })
  return { merchant_id, livemode: false }
}

/** What a payment that begins now would take: the columns that transactions are made from. */
async function taken({ merchant_id }: Tenant) {
  const { rows } = await ctx.db.query<{ address: string; mac: Buffer }>(
    `select address, mac from current_wallet where merchant_id = $1 and asset = 'USDT'`,
    [merchant_id],
  )
  const [row] = rows
  ensure(row, 'no wallet')
  const mac = ctx.config.test?.signer.address_mac
  assert.ok(mac?.verifies({ merchant_id, livemode: false, ...usdt(row.address) }, row.mac))
  return row.address
}

const letPass = ({ merchant_id }: Tenant, seconds: number) =>
  ctx.db.query(
    `update wallet set effective_at = effective_at - $2 * interval '1 second' where merchant_id = $1`,
    [merchant_id, seconds],
  )

const changesOf = async ({ merchant_id }: Tenant) => {
  const { rows } = await ctx.db.query<{ changes: { field: string; from: unknown; to: unknown }[] }>(
    `select data -> 'changes' as changes from event where merchant_id = $1 and type = 'merchant.updated' order by place`,
    [merchant_id],
  )
  return rows.map(({ changes }) => changes)
}

describe('another address', () => {
  test('waits, and payments go to the old one until then', async () => {
    const tenant = await newTenant()
    const stored = await setWallet(ctx, tenant, usdt(NEW))
    const effective_at = stored.next?.effective_at ?? ''
    assert.match(effective_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const next = { network: 'ethereum', address: NEW, effective_at }
    assert.deepEqual(stored, { ...usdt(OLD), next })
    assert.deepEqual((await findMerchant(ctx, tenant)).wallets, {
      USDT: { network: 'ethereum', address: OLD, next },
    })
    assert.deepEqual(await changesOf(tenant), [
      [
        { field: 'wallets.USDT.next.network', from: null, to: 'ethereum' },
        { field: 'wallets.USDT.next.address', from: null, to: NEW },
        { field: 'wallets.USDT.next.effective_at', from: null, to: effective_at },
      ],
    ])
    await letPass(tenant, 3590)
    assert.equal(await taken(tenant), OLD)
    await letPass(tenant, 10)
    assert.equal(await taken(tenant), NEW)
    assert.deepEqual(await listWallets(ctx, tenant), [usdt(NEW)])
  })

  test('counts at once where it is stored without waiting: the control', async () => {
    const tenant = await newTenant()
    const mac = ctx.config.test?.signer.address_mac?.make({ ...tenant, ...usdt(NEW) })
    ensure(mac, 'no MAC key')
    await inTransaction(ctx.db, (tx) => upsertWallet(tx, tenant, { ...usdt(NEW), mac }))
    assert.equal(await taken(tenant), NEW)
  })

  test('that waits already is not hurried by asking again', async () => {
    const tenant = await newTenant()
    const first = await setWallet(ctx, tenant, usdt(NEW))
    await letPass(tenant, 100)
    const again = await setWallet(ctx, tenant, usdt(NEW))
    const seconds = (text = '') => Date.parse(text) / 1000
    assert.equal(seconds(first.next?.effective_at) - seconds(again.next?.effective_at), 100)
    assert.equal((await changesOf(tenant)).length, 1)
  })

  test('is replaced by a third one, which waits anew', async () => {
    const tenant = await newTenant()
    await setWallet(ctx, tenant, usdt(NEW))
    await letPass(tenant, 3000)
    await setWallet(ctx, tenant, usdt(THIRD))
    await letPass(tenant, 3000)
    assert.equal(await taken(tenant), OLD)
    await letPass(tenant, 600)
    assert.equal(await taken(tenant), THIRD)
  })

  test('is taken back at once by the one that counts', async () => {
    const tenant = await newTenant()
    await setWallet(ctx, tenant, usdt(NEW))
    assert.deepEqual(await setWallet(ctx, tenant, usdt(OLD)), usdt(OLD))
    const { rowCount } = await ctx.db.query(
      'select from wallet where merchant_id = $1 and effective_at is null and next_mac is null',
      [tenant.merchant_id],
    )
    assert.equal(rowCount, 1)
  })

  test('waits also after one whose time had come', async () => {
    const tenant = await newTenant()
    await setWallet(ctx, tenant, usdt(NEW))
    await letPass(tenant, 3600)
    await setWallet(ctx, tenant, usdt(OLD))
    assert.equal(await taken(tenant), NEW)
    await letPass(tenant, 3600)
    assert.equal(await taken(tenant), OLD)
  })
})

test('the first address of a currency does not wait', async () => {
  const tenant = await newTenant()
  const eth = { asset: 'ETH' as const, ...WALLET }
  assert.deepEqual(await setWallet(ctx, tenant, eth), eth)
})

test('no address is set where nobody can vouch for it', async () => {
  const tenant = await newTenant()
  const test_mode = ctx.config.test
  ensure(test_mode, 'no test mode')
  const config = { ...ctx.config, test: { ...test_mode, signer: { ...test_mode.signer, address_mac: null } } }
  await assert.rejects(setWallet({ ...ctx, config }, tenant, usdt(NEW)), {
    code: 'invalid_request',
    message: /SKIRO_ADDRESS_MAC_KEY/,
  })
})
