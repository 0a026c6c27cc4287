import { z } from 'zod'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { CRYPTOS } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import { changeMerchant } from './changeMerchant.ts'
import { type Wallet, checkWallet } from './checkWallet.ts'
import { upsertWallet } from './store.ts'

export const setWalletInput = z.strictObject({
  asset: z.enum(CRYPTOS),
  network: z.string(),
  address: z.string(),
})

/**
 * Sets or replaces the address for one payout currency and mode. Later transactions use it; those that exist keep
 * theirs. Records `merchant.updated`. Returns the wallet as it was stored.
 * @throws SkiroError invalid_request (asset, network or address), not_found (no such merchant)
 */
export async function setWallet(
  ctx: Context,
  tenant: Tenant,
  input: z.output<typeof setWalletInput>,
): Promise<Wallet> {
  const wallet = checkWallet(ctx, tenant, input)
  await inTransaction(ctx.db, (tx) =>
    changeMerchant(ctx, tx, tenant.merchant_id, [tenant.livemode], () => upsertWallet(tx, tenant, wallet)),
  )
  return wallet
}
