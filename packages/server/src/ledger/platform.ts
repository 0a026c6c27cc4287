import type { Tenant } from '../lib/tenant.ts'

/**
 * The books of the server's owner, for what belongs to no merchant: the treasury's moves, and what a transaction costs
 * that pays several merchants. It is no merchant: it has no key, no wallet and no session.
 */
export function platform(livemode: boolean): Tenant {
  return { merchant_id: 'platform', livemode }
}
