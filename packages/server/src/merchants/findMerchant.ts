import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type Merchant, renderMerchant } from './merchant.ts'
import { findMerchantRow } from './store.ts'

/**
 * The merchant with its settings of that mode.
 * @throws SkiroError not_found (no such merchant)
 */
export async function findMerchant(ctx: Context, tenant: Tenant): Promise<Merchant> {
  const row = await findMerchantRow(ctx.db, tenant)
  if (!row) throw new SkiroError('not_found')
  return renderMerchant(row, tenant.livemode, ctx.config)
}
