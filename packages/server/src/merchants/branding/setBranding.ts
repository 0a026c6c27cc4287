import type { Context } from '../../context.ts'
import { inTransaction } from '../../db/sql.ts'
import type { Tenant } from '../../lib/tenant.ts'
import type { BrandingBody } from '../brandingBody.ts'
import { changeMerchant } from '../changeMerchant.ts'
import { findMerchant } from '../findMerchant.ts'
import type { Merchant } from '../merchant.ts'
import { findBranding, saveBranding } from './brandingStore.ts'
import { makeLogo } from './logo/makeLogo.ts'

/**
 * Changes what customers of the merchant see in that mode, and records `merchant.updated`. Pages that are open keep
 * what they have; transactions that exist keep their statement descriptor.
 * @throws SkiroError invalid_request (a logo that cannot be drawn), not_found (no
 * such merchant)
 */
export async function setBranding(ctx: Context, tenant: Tenant, input: BrandingBody): Promise<Merchant> {
  const { logo: picture, ...fields } = input
  // Before the transaction: it takes its time, and another program.
  const logo = picture ? await makeLogo(tenant, picture) : picture
  await inTransaction(ctx.db, (tx) =>
    changeMerchant(ctx, tx, tenant.merchant_id, [tenant.livemode], async () => {
      const { logo: _, ...before } = await findBranding(tx, tenant)
      const given = Object.entries(fields).filter(([, value]) => value !== undefined)
      await saveBranding(tx, tenant, { ...before, ...Object.fromEntries(given) }, logo)
    }),
  )
  return await findMerchant(ctx, tenant)
}
