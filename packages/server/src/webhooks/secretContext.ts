import type { Tenant } from '../lib/tenant.ts'

/** What a sealed webhook secret is bound to: moved to another row, it does not open. */
export function secretContext({ merchant_id, livemode }: Tenant, endpoint_id: string): string {
  return `webhook_endpoint:${merchant_id}:${livemode}:${endpoint_id}:secret`
}
