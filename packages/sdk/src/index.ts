export type { CheckoutSession, CreateCheckoutParams } from './checkoutSession.ts'
export {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  RateLimitError,
  SignatureVerificationError,
  SkiroError,
} from './errors.ts'
export type { Dispute, Merchant, SkiroEvent, SkiroEventType, WebhookEndpoint } from './event.ts'
export type { Currency, Metadata, PayoutCurrency } from './money.ts'
export type { Page } from './page.ts'
export type { Payout, PayoutStatus } from './payout.ts'
export type { RequestOptions } from './requestOptions.ts'
export { Skiro, type SkiroOptions } from './skiro.ts'
export type { Conversion, ListTransactionsParams, Transaction, TransactionStatus } from './transaction.ts'
export { type ConstructEventOptions, type TestHeaderParams, webhooks } from './webhooks.ts'
