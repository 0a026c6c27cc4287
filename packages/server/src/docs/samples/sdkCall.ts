import type { TAGS } from '../openapi/tags.ts'

const RESOURCES: Readonly<Record<(typeof TAGS)[number]['name'], string>> = {
  'Checkout sessions': 'checkout',
  Transactions: 'transactions',
  Payouts: 'payouts',
  'Webhook endpoints': 'webhooks',
  Events: 'events',
  Merchant: 'merchant',
  'Test helpers': 'testHelpers',
}

/** Calls whose name in the SDK is not the first word of their own. */
const NAMED: Readonly<Record<string, string>> = {
  listWebhookDeliveries: 'webhooks.deliveries',
  listEventDeliveries: 'events.deliveries',
  listEventResends: 'events.resends',
}

/** What the SDK calls an operation: `createCheckoutSession` of "Checkout sessions" is `checkout.create`. */
export function sdkCall(operationId: string, tag: string): string {
  const named = NAMED[operationId]
  if (named !== undefined) return named
  const [verb = ''] = /^[a-z]+/.exec(operationId) ?? []
  return `${RESOURCES[tag as keyof typeof RESOURCES] ?? tag}.${verb}`
}
