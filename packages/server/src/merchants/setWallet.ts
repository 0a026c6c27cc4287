import { z } from 'zod'
import type { Context } from '../context.ts'
import { inTransaction, type Tx } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { CRYPTOS } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import { changeMerchant } from './changeMerchant.ts'
import { checkWallet, type ProvenWallet } from './checkWallet.ts'
import { listWallets, type StoredWallet } from './listWallets.ts'
import { findWallet, setNextWallet, settleWallet, upsertWallet } from './walletStore.ts'

export const setWalletInput = z.strictObject({
  asset: z.enum(CRYPTOS),
  network: z.string(),
  address: z.string(),
})

/**
 * Sets or replaces the address for one payout currency and mode. The first one counts at once; another one waits for
 * `SKIRO_WALLET_COOL_OFF_SECONDS`, by the database's clock, and payments go to the old one until then. Setting the old
 * one again takes a waiting change back. Later transactions use what counts then; those that exist keep theirs. Records
 * `merchant.updated`. Returns the wallet as it was stored.
 * @throws SkiroError invalid_request (asset, network or address), not_found (no such merchant)
 */
export async function setWallet(
  ctx: Context,
  tenant: Tenant,
  input: z.output<typeof setWalletInput>,
): Promise<StoredWallet> {
  const wallet = checkWallet(ctx, tenant, input)
  await inTransaction(ctx.db, (tx) =>
    changeMerchant(ctx, tx, tenant.merchant_id, [tenant.livemode], () => store(ctx, tx, tenant, wallet)),
  )
  const stored = (await listWallets(ctx, tenant)).find(({ asset }) => asset === wallet.asset)
  assert(stored, 'a wallet that was set is not there')
  return stored
}

async function store(ctx: Context, tx: Tx, tenant: Tenant, wallet: ProvenWallet): Promise<void> {
  await settleWallet(tx, tenant, wallet.asset)
  const known = await findWallet(tx, tenant, wallet.asset)
  const is = (network: string | null, address: string | null) =>
    network === wallet.network && address === wallet.address
  const cool_off = ctx.config.wallet_cool_off_seconds
  if (!known || is(known.network, known.address) || cool_off === 0) await upsertWallet(tx, tenant, wallet)
  // Already waiting: asking again neither shortens nor prolongs it.
  else if (!is(known.next_network, known.next_address)) await setNextWallet(tx, tenant, wallet, cool_off)
}
