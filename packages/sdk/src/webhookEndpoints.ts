import type { CreateWebhookEndpointParams } from './generated/createWebhookEndpointParams.ts'
import type { SkiroEvent } from './generated/skiroEvent.ts'
import type { ListWebhookDeliveriesParams } from './generated/listWebhookDeliveriesParams.ts'
import type { ListWebhookEndpointsParams } from './generated/listWebhookEndpointsParams.ts'
import type { ResendToWebhookEndpointParams } from './generated/resendToWebhookEndpointParams.ts'
import type { RotateWebhookSecretParams } from './generated/rotateWebhookSecretParams.ts'
import type { UpdateWebhookEndpointParams } from './generated/updateWebhookEndpointParams.ts'
import type { WebhookDelivery } from './generated/webhookDelivery.ts'
import type { WebhookEndpoint } from './generated/webhookEndpoint.ts'
import type { WebhookResend } from './generated/webhookResend.ts'
import { ListRequest, type UncountedPage } from './listRequest.ts'
import type { Answer } from './operation.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'
import { webhooks } from './webhooks.ts'

/** An endpoint with its signing secret, which only the answers that make one show. */
export type WebhookEndpointWithSecret = WebhookEndpoint & { secret: string }

/** `skiro.webhooks`: the endpoints that events are posted to, and the check of what arrives there. */
export class Webhooks {
  readonly #send: Send
  /** Verifies a webhook and returns its event. */
  readonly constructEvent = webhooks.constructEvent
  /** Verifies a webhook and returns nothing. */
  readonly verify = webhooks.verify
  /** A valid signature header, to test your handler with. */
  readonly generateTestHeader = webhooks.generateTestHeader

  constructor(send: Send) {
    this.#send = send
  }

  /** Adds an endpoint. Store the `secret` of the answer: it is not shown again. */
  async create(
    params: CreateWebhookEndpointParams,
    options?: RequestOptions,
  ): Promise<WebhookEndpointWithSecret> {
    return withSecret(await this.#send('createWebhookEndpoint', { body: params }, options))
  }

  /** Reads one endpoint. */
  retrieve(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#send('retrieveWebhookEndpoint', { path: { id } }, options)
  }

  /** Changes what is given. Not tried again after a lost answer: it could undo a change made meanwhile. */
  update(
    id: string,
    params: UpdateWebhookEndpointParams,
    options?: RequestOptions,
  ): Promise<WebhookEndpoint> {
    return this.#send('updateWebhookEndpoint', { path: { id }, body: params }, options)
  }

  /** Endpoints, newest first. */
  list(params: ListWebhookEndpointsParams = {}, options?: RequestOptions): ListRequest<WebhookEndpoint> {
    return new ListRequest(params, (query) => this.#send('listWebhookEndpoints', { query }, options))
  }

  /** Removes an endpoint. `ConflictError` for the default one. */
  delete(id: string, options?: RequestOptions): Promise<Answer<'deleteWebhookEndpoint'>> {
    return this.#send('deleteWebhookEndpoint', { path: { id } }, options)
  }

  /** Gives an endpoint a new `secret`. The old one signs too until `expires_in` seconds have passed, default a day. */
  async rotate(
    id: string,
    params?: RotateWebhookSecretParams,
    options?: RequestOptions,
  ): Promise<WebhookEndpointWithSecret> {
    return withSecret(await this.#send('rotateWebhookSecret', { path: { id }, body: params }, options))
  }

  /** Sends this endpoint, and no other, an event of type `webhook.test`. */
  test(id: string, options?: RequestOptions): Promise<SkiroEvent> {
    return this.#send('testWebhookEndpoint', { path: { id } }, options)
  }

  /** Every try to post to this endpoint, newest first: what we sent, what your server said, when it is tried again. */
  deliveries(
    id: string,
    params: ListWebhookDeliveriesParams = {},
    options?: RequestOptions,
  ): ListRequest<WebhookDelivery, UncountedPage<WebhookDelivery>> {
    return new ListRequest<WebhookDelivery, UncountedPage<WebhookDelivery>>(params, (query) =>
      this.#send('listWebhookDeliveries', { path: { id }, query }, options),
    )
  }

  /**
   * Sends this endpoint again what it has not accepted, or a range of its events: 1,000 per call. While the answer says
   * `has_more`, call again with its `last_sequence` as `after_sequence`.
   */
  resend(
    id: string,
    params?: ResendToWebhookEndpointParams,
    options?: RequestOptions,
  ): Promise<WebhookResend> {
    return this.#send('resendToWebhookEndpoint', { path: { id }, body: params }, options)
  }
}

function withSecret(endpoint: WebhookEndpoint): WebhookEndpointWithSecret {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API promises it for these two calls
  return endpoint as WebhookEndpointWithSecret
}
