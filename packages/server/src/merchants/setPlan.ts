import { z } from 'zod'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { changeMerchant } from './changeMerchant.ts'
import { checkPlan } from './checkPlan.ts'
import { updatePlan } from './store.ts'

export const setPlanInput = z.strictObject({ plan: z.string() })

/**
 * Puts the merchant, in both modes, on a plan of this server's configuration. Attempts to pay that exist keep their fee.
 * Records `merchant.updated` in each mode.
 * @throws SkiroError invalid_request (no such plan), not_found (no such merchant)
 */
export async function setPlan(
  ctx: Context,
  { merchant_id }: { readonly merchant_id: string },
  input: z.output<typeof setPlanInput>,
): Promise<{ id: string; plan: string; fee_bps: number }> {
  const { plan } = input
  const fee_bps = checkPlan(ctx, plan)
  await inTransaction(ctx.db, (tx) =>
    changeMerchant(ctx, tx, merchant_id, [false, true], () => updatePlan(tx, merchant_id, plan)),
  )
  return { id: merchant_id, plan, fee_bps }
}
