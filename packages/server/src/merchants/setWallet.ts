import { z } from 'zod'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { CRYPTOS } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type Wallet, checkWallet } from './checkWallet.ts'
import { upsertWallet } from './store.ts'

export const setWalletInput = z.strictObject({
  asset: z.enum(CRYPTOS),
  network: z.string(),
  address: z.string(),
})

/**
 * Sets or replaces the address for one payout currency and mode. Later transactions use it; those that exist keep
 * theirs. Returns the wallet as it was stored.
 * @throws SkiroError invalid_request (asset, network or address), not_found (no such merchant)
 */
export async function setWallet(
  ctx: Context,
  tenant: Tenant,
  input: z.output<typeof setWalletInput>,
): Promise<Wallet> {
  const wallet = checkWallet(ctx, tenant, input)
  if (!(await upsertWallet(ctx.db, tenant, wallet))) throw new SkiroError('not_found')
  return wallet
}
