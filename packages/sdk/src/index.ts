export {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  SignatureVerificationError,
  SkiroError,
} from './errors.ts'
export type { SignatureErrorCode, SkiroErrorCode } from './errors.ts'
export type { CheckoutSession } from './generated/checkoutSession.ts'
export type { CreateCheckoutSessionParams } from './generated/createCheckoutSessionParams.ts'
export type { CreateWebhookEndpointParams } from './generated/createWebhookEndpointParams.ts'
export type { ErrorCode } from './generated/errorCode.ts'
export type { EventResend } from './generated/eventResend.ts'
export type { SkiroEvent } from './generated/skiroEvent.ts'
export type { ListCheckoutSessionsParams } from './generated/listCheckoutSessionsParams.ts'
export type { ListEventDeliveriesParams } from './generated/listEventDeliveriesParams.ts'
export type { ListEventResendsParams } from './generated/listEventResendsParams.ts'
export type { ListEventsParams } from './generated/listEventsParams.ts'
export type { ListPayoutsParams } from './generated/listPayoutsParams.ts'
export type { ListTransactionsParams } from './generated/listTransactionsParams.ts'
export type { ListWebhookDeliveriesParams } from './generated/listWebhookDeliveriesParams.ts'
export type { ListWebhookEndpointsParams } from './generated/listWebhookEndpointsParams.ts'
export type { Merchant } from './generated/merchant.ts'
export type { MerchantUpdate } from './generated/merchantUpdate.ts'
export type { PayCheckoutSessionParams } from './generated/payCheckoutSessionParams.ts'
export type { Payout } from './generated/payout.ts'
export type { ResendEventParams } from './generated/resendEventParams.ts'
export type { ResendToWebhookEndpointParams } from './generated/resendToWebhookEndpointParams.ts'
export type { RotateWebhookSecretParams } from './generated/rotateWebhookSecretParams.ts'
export type { Transaction } from './generated/transaction.ts'
export type { UpdateWebhookEndpointParams } from './generated/updateWebhookEndpointParams.ts'
export type { WebhookDelivery } from './generated/webhookDelivery.ts'
export type { WebhookEndpoint } from './generated/webhookEndpoint.ts'
export type { WebhookResend } from './generated/webhookResend.ts'
export type { ListRequest, Page, UncountedPage } from './listRequest.ts'
export type {
  CheckoutSessionStatus,
  Conversion,
  Currency,
  Metadata,
  PayoutCurrency,
  PayoutStatus,
  SkiroEventType,
  TransactionStatus,
} from './names.ts'
export type { RequestOptions } from './requestOptions.ts'
export { Skiro, type SkiroOptions } from './skiro.ts'
export { type ConstructEventOptions, type RawBody, type TestHeaderParams, webhooks } from './webhooks.ts'
export type { WebhookEndpointWithSecret } from './webhookEndpoints.ts'
