import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import { findMerchantRow, type MerchantWallet } from './store.ts'

/** A wallet of the merchant object, with its currency. */
export type StoredWallet = MerchantWallet & { readonly asset: Crypto }

/**
 * The merchant's wallets of that mode, by currency.
 * @throws SkiroError not_found (no such merchant)
 */
export async function listWallets(ctx: Context, tenant: Tenant): Promise<StoredWallet[]> {
  const merchant = await findMerchantRow(ctx.db, tenant)
  if (!merchant) throw new SkiroError('not_found')
  return Object.entries(merchant.wallets).map(([asset, wallet]) => ({ asset: asset as Crypto, ...wallet }))
}
