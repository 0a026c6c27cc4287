// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { CheckoutSession } from './checkoutSession.ts'
import type { CreateCheckoutSessionParams } from './createCheckoutSessionParams.ts'
import type { CreateWebhookEndpointParams } from './createWebhookEndpointParams.ts'
import type { DeleteWebhookEndpointAnswer } from './deleteWebhookEndpointAnswer.ts'
import type { ListCheckoutSessionsAnswer } from './listCheckoutSessionsAnswer.ts'
import type { ListCheckoutSessionsParams } from './listCheckoutSessionsParams.ts'
import type { ListEventDeliveriesAnswer } from './listEventDeliveriesAnswer.ts'
import type { ListEventDeliveriesParams } from './listEventDeliveriesParams.ts'
import type { ListEventResendsAnswer } from './listEventResendsAnswer.ts'
import type { ListEventResendsParams } from './listEventResendsParams.ts'
import type { ListEventsAnswer } from './listEventsAnswer.ts'
import type { ListEventsParams } from './listEventsParams.ts'
import type { ListPayoutsAnswer } from './listPayoutsAnswer.ts'
import type { ListPayoutsParams } from './listPayoutsParams.ts'
import type { ListTransactionsAnswer } from './listTransactionsAnswer.ts'
import type { ListTransactionsParams } from './listTransactionsParams.ts'
import type { ListWebhookDeliveriesAnswer } from './listWebhookDeliveriesAnswer.ts'
import type { ListWebhookDeliveriesParams } from './listWebhookDeliveriesParams.ts'
import type { ListWebhookEndpointsAnswer } from './listWebhookEndpointsAnswer.ts'
import type { ListWebhookEndpointsParams } from './listWebhookEndpointsParams.ts'
import type { Merchant } from './merchant.ts'
import type { PayCheckoutSessionParams } from './payCheckoutSessionParams.ts'
import type { Payout } from './payout.ts'
import type { ResendEventParams } from './resendEventParams.ts'
import type { ResendToWebhookEndpointParams } from './resendToWebhookEndpointParams.ts'
import type { RotateWebhookSecretParams } from './rotateWebhookSecretParams.ts'
import type { SkiroEvent } from './skiroEvent.ts'
import type { Transaction } from './transaction.ts'
import type { UpdateWebhookEndpointParams } from './updateWebhookEndpointParams.ts'
import type { WebhookEndpoint } from './webhookEndpoint.ts'
import type { WebhookResend } from './webhookResend.ts'

/** What each operation takes and answers. */
export type Operations = {
  /**
   * Create a session.
   * Send the customer to the returned `url`. Send an `Idempotency-Key` header to make retries safe.
   */
  createCheckoutSession: {
    body: CreateCheckoutSessionParams
    answer: CheckoutSession
  }
  /**
   * List sessions.
   * Newest first. `metadata[order_id]` finds the sessions of an order; `pagination.total` is then
   * counted up to 10,000.
   */
  listCheckoutSessions: {
    query?: ListCheckoutSessionsParams | undefined
    answer: ListCheckoutSessionsAnswer
  }
  /**
   * Retrieve a session.
   * The session as it is now. Ended sessions stay readable.
   */
  retrieveCheckoutSession: {
    path: { id: string }
    answer: CheckoutSession
  }
  /**
   * Expire a session.
   * Only a pending session without a charge in flight can be expired; otherwise 409
   * `session_not_pending`.
   */
  expireCheckoutSession: {
    path: { id: string }
    answer: CheckoutSession
  }
  /**
   * List transactions.
   * Newest first. One transaction per attempt to charge a card.
   */
  listTransactions: {
    query?: ListTransactionsParams | undefined
    answer: ListTransactionsAnswer
  }
  /**
   * Retrieve a transaction.
   * What became of one attempt to charge a card, up to the crypto in your wallet.
   */
  retrieveTransaction: {
    path: { id: string }
    answer: Transaction
  }
  /**
   * List payouts.
   * Newest first. One payout per captured payment.
   */
  listPayouts: {
    query?: ListPayoutsParams | undefined
    answer: ListPayoutsAnswer
  }
  /**
   * Retrieve a payout.
   * Where the crypto of one transaction is: its hash, its confirmations, or what it waits for.
   */
  retrievePayout: {
    path: { id: string }
    answer: Payout
  }
  /**
   * Create an endpoint.
   * The answer holds the signing `secret`, once. At most 16 endpoints per mode; more are 409
   * `too_many_webhook_endpoints`.
   */
  createWebhookEndpoint: {
    body: CreateWebhookEndpointParams
    answer: WebhookEndpoint
  }
  /**
   * List endpoints.
   * Newest first.
   */
  listWebhookEndpoints: {
    query?: ListWebhookEndpointsParams | undefined
    answer: ListWebhookEndpointsAnswer
  }
  /**
   * Retrieve an endpoint.
   * Without its secret, which is shown only when it is made.
   */
  retrieveWebhookEndpoint: {
    path: { id: string }
    answer: WebhookEndpoint
  }
  /**
   * Update an endpoint.
   * What the body does not name stays as it is.
   */
  updateWebhookEndpoint: {
    path: { id: string }
    body: UpdateWebhookEndpointParams
    answer: WebhookEndpoint
  }
  /**
   * Delete an endpoint.
   * Ends deliveries that are under way. The default endpoint cannot be deleted: 409
   * `webhook_endpoint_is_default`.
   */
  deleteWebhookEndpoint: {
    path: { id: string }
    answer: DeleteWebhookEndpointAnswer
  }
  /**
   * Rotate the signing secret.
   * The answer holds the new `secret`, once. Until `expires_in` has passed, deliveries carry a
   * signature by each: accept either.
   */
  rotateWebhookSecret: {
    path: { id: string }
    body?: RotateWebhookSecretParams | undefined
    answer: WebhookEndpoint
  }
  /**
   * Send a test event.
   * A `webhook.test` event, delivered to this endpoint alone, whatever its `events`. A disabled
   * endpoint is 409 `webhook_endpoint_disabled`.
   */
  testWebhookEndpoint: {
    path: { id: string }
    answer: SkiroEvent
  }
  /**
   * List tries at an endpoint.
   * Each try to post an event, newest first, for 30 days. What was posted is the event, which `GET
   * /v1/events/{id}/deliveries` shows byte for byte. Too many to be counted: there is no total.
   */
  listWebhookDeliveries: {
    path: { id: string }
    query?: ListWebhookDeliveriesParams | undefined
    answer: ListWebhookDeliveriesAnswer
  }
  /**
   * Send an endpoint its events again.
   * What this endpoint has not accepted, or a range of all it listens to, oldest first, at most
   * 1,000 events per call. Each begins afresh with 72 hours of its own. A disabled endpoint is 409
   * `webhook_endpoint_disabled`.
   */
  resendToWebhookEndpoint: {
    path: { id: string }
    body?: ResendToWebhookEndpointParams | undefined
    answer: WebhookResend
  }
  /**
   * List events.
   * Newest first; with `after`, oldest first from that sequence: so you can pull what a webhook did
   * not bring. With `unacknowledged_by`, `pagination.total` is counted up to 10,000.
   */
  listEvents: {
    query?: ListEventsParams | undefined
    answer: ListEventsAnswer
  }
  /**
   * Retrieve an event.
   * The same bytes of `data` as were posted: the object as it was then, not as it is now.
   */
  retrieveEvent: {
    path: { id: string }
    answer: SkiroEvent
  }
  /**
   * List tries to deliver an event.
   * Each try at any endpoint, also at one that was deleted since, newest first, for 30 days, with
   * the bytes that were posted.
   */
  listEventDeliveries: {
    path: { id: string }
    query?: ListEventDeliveriesParams | undefined
    answer: ListEventDeliveriesAnswer
  }
  /**
   * Send an event again.
   * To every endpoint that should hear of it now, or to one. Same id and content, so a receiver that
   * has it already can tell.
   */
  resendEvent: {
    path: { id: string }
    body?: ResendEventParams | undefined
    answer: SkiroEvent
  }
  /**
   * List resends.
   * Oldest first. A resend gives an event no new sequence, so whoever pulls events reads here what
   * was sent again.
   */
  listEventResends: {
    query?: ListEventResendsParams | undefined
    answer: ListEventResendsAnswer
  }
  /**
   * Retrieve your settings.
   * The merchant of the API key, with the wallets, the webhook URL and the branding of the key's
   * mode.
   */
  retrieveMerchant: {
    answer: Merchant
  }
  /**
   * Pay a session with a test card.
   * Does what a customer does on the hosted page, with a test card by its name, and everything that
   * follows is real: the attempt, its events, the payout. With a live key it is 403 `forbidden`; a
   * session that cannot be paid is 409 `session_not_pending`.
   */
  payCheckoutSession: {
    path: { id: string }
    body: PayCheckoutSessionParams
    answer: Transaction
  }
}

/** Method and path of each operation. */
export const ROUTES = {
  createCheckoutSession: 'POST /v1/checkout',
  listCheckoutSessions: 'GET /v1/checkout',
  retrieveCheckoutSession: 'GET /v1/checkout/{id}',
  expireCheckoutSession: 'POST /v1/checkout/{id}/expire',
  listTransactions: 'GET /v1/transactions',
  retrieveTransaction: 'GET /v1/transactions/{id}',
  listPayouts: 'GET /v1/payouts',
  retrievePayout: 'GET /v1/payouts/{id}',
  createWebhookEndpoint: 'POST /v1/webhooks',
  listWebhookEndpoints: 'GET /v1/webhooks',
  retrieveWebhookEndpoint: 'GET /v1/webhooks/{id}',
  updateWebhookEndpoint: 'PATCH /v1/webhooks/{id}',
  deleteWebhookEndpoint: 'DELETE /v1/webhooks/{id}',
  rotateWebhookSecret: 'POST /v1/webhooks/{id}/rotate',
  testWebhookEndpoint: 'POST /v1/webhooks/{id}/test',
  listWebhookDeliveries: 'GET /v1/webhooks/{id}/deliveries',
  resendToWebhookEndpoint: 'POST /v1/webhooks/{id}/resend',
  listEvents: 'GET /v1/events',
  retrieveEvent: 'GET /v1/events/{id}',
  listEventDeliveries: 'GET /v1/events/{id}/deliveries',
  resendEvent: 'POST /v1/events/{id}/resend',
  listEventResends: 'GET /v1/events/resends',
  retrieveMerchant: 'GET /v1/merchant',
  payCheckoutSession: 'POST /v1/test_helpers/checkout/{id}/pay',
} as const satisfies Record<keyof Operations, string>
