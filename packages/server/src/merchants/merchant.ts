import type { Context } from '../context.ts'
import { renderBranding } from './branding/branding.ts'
import type { MerchantRow } from './store.ts'

type Plans = Pick<Context['config'], 'plans'>
type Settings = Pick<Context['config'], 'plans' | 'public_url'>

/** The platform fee of a plan in basis points. Null: this server's configuration has no such plan. */
export function feeOf({ plans }: Plans, plan: string): number | null {
  return Object.hasOwn(plans, plan) ? (plans[plan] ?? null) : null
}

/** The merchant object of the API: the merchant as the key's mode sees it. */
export function renderMerchant(row: MerchantRow, livemode: boolean, config: Settings) {
  return {
    id: row.id,
    object: 'merchant' as const,
    livemode,
    name: row.name,
    email: row.email,
    plan: row.plan,
    fee_bps: feeOf(config, row.plan),
    three_ds: row.three_ds,
    wallets: row.wallets,
    default_webhook_url: row.default_webhook_url,
    branding: renderBranding(row.branding, config.public_url),
    created_at: row.created_at.toISOString(),
  }
}

export type Merchant = ReturnType<typeof renderMerchant>
