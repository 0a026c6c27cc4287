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

/** What the SDK calls an operation: `createCheckoutSession` of "Checkout sessions" is `checkout.create`. */
export function sdkCall(operationId: string, tag: string): string {
  const [verb = ''] = /^[a-z]+/.exec(operationId) ?? []
  return `${RESOURCES[tag as keyof typeof RESOURCES] ?? tag}.${verb}`
}
