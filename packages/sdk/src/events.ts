import type { SkiroEvent } from './generated/skiroEvent.ts'
import type { ListEventsParams } from './generated/listEventsParams.ts'
import type { ResendEventParams } from './generated/resendEventParams.ts'
import { ListRequest } from './listRequest.ts'
import type { RequestOptions } from './requestOptions.ts'
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
}
