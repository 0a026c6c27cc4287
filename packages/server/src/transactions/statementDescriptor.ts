import type { Tenant } from '../lib/tenant.ts'

/** How a payment to this merchant is called on the card statement. The receipt says it, so that both always agree. */
export function statementDescriptor(_merchant: Tenant): string {
  return 'SKIRO'
}
