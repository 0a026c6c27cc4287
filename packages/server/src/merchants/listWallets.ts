import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Wallet } from './checkWallet.ts'
import { findMerchantRow } from './store.ts'

/**
 * The merchant's wallets of that mode, by currency.
 * @throws SkiroError not_found (no such merchant)
 */
export async function listWallets(ctx: Context, tenant: Tenant): Promise<Wallet[]> {
  const merchant = await findMerchantRow(ctx.db, tenant)
  if (!merchant) throw new SkiroError('not_found')
  return Object.entries(merchant.wallets).map(([asset, wallet]) => ({ asset: asset as Crypto, ...wallet }))
}
