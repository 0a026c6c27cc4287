import { z } from 'zod'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { feeOf } from './merchant.ts'
import { updatePlan } from './store.ts'

export const setPlanInput = z.strictObject({ plan: z.string() })

/**
 * Puts the merchant, in both modes, on a plan of this server's configuration. Attempts to pay that exist keep their fee.
 * @throws SkiroError invalid_request (no such plan), not_found (no such merchant)
 */
export async function setPlan(
  ctx: Context,
  { merchant_id }: { readonly merchant_id: string },
  input: z.output<typeof setPlanInput>,
): Promise<{ id: string; plan: string; fee_bps: number }> {
  const { plan } = input
  const fee_bps = feeOf(ctx.config, plan)
  if (fee_bps === null) {
    throw new SkiroError('invalid_request', {
      param: 'plan',
      message: `plan must be one of ${Object.keys(ctx.config.plans).join(', ')}. SKIRO_PLANS sets them.`,
    })
  }
  if (!(await updatePlan(ctx.db, merchant_id, plan))) throw new SkiroError('not_found')
  return { id: merchant_id, plan, fee_bps }
}
