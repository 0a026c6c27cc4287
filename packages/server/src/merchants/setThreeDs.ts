import { z } from 'zod'
import { THREE_DS_WISHES, type ThreeDsWish } from '../adapters/acquirer.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { changeMerchant } from './changeMerchant.ts'
import { updateThreeDs } from './store.ts'

export const setThreeDsInput = z.strictObject({ three_ds: z.enum(THREE_DS_WISHES) })

/**
 * Says, for both modes, when the customer's bank is asked. Attempts to pay that exist keep what they began with.
 * Records `merchant.updated` in each mode.
 * @throws SkiroError not_found (no such merchant)
 */
export async function setThreeDs(
  ctx: Context,
  { merchant_id }: { readonly merchant_id: string },
  { three_ds }: z.output<typeof setThreeDsInput>,
): Promise<{ id: string; three_ds: ThreeDsWish }> {
  await inTransaction(ctx.db, (tx) =>
    changeMerchant(ctx, tx, merchant_id, [false, true], () => updateThreeDs(tx, merchant_id, three_ds)),
  )
  return { id: merchant_id, three_ds }
}
