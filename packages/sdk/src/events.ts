import type { EventResend } from './generated/eventResend.ts'
import type { SkiroEvent } from './generated/skiroEvent.ts'
import type { ListEventDeliveriesParams } from './generated/listEventDeliveriesParams.ts'
import type { ListEventResendsParams } from './generated/listEventResendsParams.ts'
import type { ListEventsParams } from './generated/listEventsParams.ts'
import type { ResendEventParams } from './generated/resendEventParams.ts'
import type { WebhookDelivery } from './generated/webhookDelivery.ts'
import type { WebhookEndpoint } from './generated/webhookEndpoint.ts'
import { ListRequest, type UncountedPage } from './listRequest.ts'
import { invalidOption, type RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.events`: everything that webhooks tell, to be read again. */
export class Events {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Reads one event. */
  retrieve(id: string, options?: RequestOptions): Promise<SkiroEvent> {
    return this.#send('retrieveEvent', { path: { id } }, options)
  }

  /** Events, newest first; with `after`, those with a higher sequence, oldest first. */
  list(params: ListEventsParams = {}, options?: RequestOptions): ListRequest<SkiroEvent> {
    return new ListRequest(params, (query) => this.#send('listEvents', { query }, options))
  }

  /**
   * Every event after that sequence number, in the order they happened and without gaps: what webhooks may have missed.
   * Keep the `sequence` of the last one you handled and begin there the next time; 0 is the beginning.
   */
  since(
    sequence: number,
    params: Pick<ListEventsParams, 'type' | 'limit'> = {},
    options?: RequestOptions,
  ): ListRequest<SkiroEvent> {
    return this.list({ ...params, after: sequence }, options)
  }

  /** Delivers an event again, to every endpoint that should hear of it or to the one named by `webhook_id`. */
  resend(id: string, params?: ResendEventParams, options?: RequestOptions): Promise<SkiroEvent> {
    return this.#send('resendEvent', { path: { id }, body: params }, options)
  }

  /**
   * Every event that a webhook endpoint has not accepted, oldest first: those it missed, and those that are still tried.
   * What was given up is known for 30 days. Without `webhook_id` your default endpoint is meant.
   */
  async *reconcile(
    { webhook_id, after = 0 }: { webhook_id?: string | undefined; after?: number | undefined } = {},
    options?: RequestOptions,
  ): AsyncGenerator<SkiroEvent, void, undefined> {
    const unacknowledged_by = webhook_id ?? (await this.#defaultEndpoint(options))
    yield* this.list({ unacknowledged_by, after, limit: 100 }, options)
  }

  async #defaultEndpoint(options: RequestOptions | undefined): Promise<string> {
    const endpoints = new ListRequest<WebhookEndpoint>({ limit: 100 }, (query) =>
      this.#send('listWebhookEndpoints', { query }, options),
    )
    for await (const { id, is_default } of endpoints) if (is_default) return id
    throw invalidOption('webhook_id', 'must be given: this account has no default endpoint.')
  }

  /** Every try to deliver an event, at any endpoint, newest first, with the bytes that were posted. */
  deliveries(
    id: string,
    params: ListEventDeliveriesParams = {},
    options?: RequestOptions,
  ): ListRequest<WebhookDelivery, UncountedPage<WebhookDelivery>> {
    return new ListRequest<WebhookDelivery, UncountedPage<WebhookDelivery>>(params, (query) =>
      this.#send('listEventDeliveries', { path: { id }, query }, options),
    )
  }

  /**
   * What was sent again after that resend, oldest first. Resends have a `sequence` of their own: keep that of the last
   * one and begin there the next time.
   */
  resends(
    { after = 0, ...params }: ListEventResendsParams = {},
    options?: RequestOptions,
  ): ListRequest<EventResend, UncountedPage<EventResend>> {
    return new ListRequest<EventResend, UncountedPage<EventResend>>({ ...params, after }, (query) =>
      this.#send('listEventResends', { query }, options),
    )
  }
}
