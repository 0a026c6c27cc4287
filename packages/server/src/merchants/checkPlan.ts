import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { feeOf } from './merchant.ts'

/**
 * The fee of a plan of this server's configuration, in basis points.
 * @throws SkiroError invalid_request (no such plan)
 */
export function checkPlan({ config }: Pick<Context, 'config'>, plan: string): number {
  const fee_bps = feeOf(config, plan)
  if (fee_bps !== null) return fee_bps
  throw new SkiroError('invalid_request', {
    param: 'plan',
    message: `plan must be one of ${Object.keys(config.plans).join(', ')}. SKIRO_PLANS sets them.`,
  })
}
