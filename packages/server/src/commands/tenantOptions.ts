import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'

/** Which merchant, in which mode. */
export const MERCHANT = {
  type: 'string',
  value: '<mer_…>',
  required: true,
  help: 'id of the merchant, as `merchant list` shows it',
} as const
export const MODE = {
  type: 'string',
  choices: ['test', 'live'],
  default: 'test',
  help: 'which of the two worlds; they share nothing',
} as const
export const TENANT = { merchant: MERCHANT, mode: MODE } as const

/** @throws SkiroError invalid_request for what cannot be the id of a merchant */
export function tenantOf({ merchant, mode }: { merchant: string; mode: string }): Tenant {
  if (!isId('merchant', merchant)) {
    throw new SkiroError('invalid_request', {
      param: 'merchant',
      message: `--merchant must be an id like mer_01jf2m8s5v0x3c9q6w4e7r1t2y, not "${merchant}".`,
    })
  }
  return { merchant_id: merchant, livemode: mode === 'live' }
}

/** Which payout of which merchant. @throws SkiroError invalid_request for what cannot be the id of one */
export function payoutRef(payout: string, of: { merchant: string; mode: string }): Ref {
  const tenant = tenantOf(of)
  if (!isId('payout', payout)) {
    throw new SkiroError('invalid_request', {
      param: 'payout',
      message: `--payout must be an id like po_01jf2m8s5v0x3c9q6w4e7r1t2y, not "${payout}".`,
    })
  }
  return { ...tenant, id: payout }
}

/** The same, with words for the operator when the object is not there. */
export async function found<T>(work: Promise<T>, message: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof SkiroError && error.code === 'not_found')
      throw new SkiroError('not_found', { message, cause: error })
    throw error
  }
}
