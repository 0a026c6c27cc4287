import type { CheckoutSession } from './generated/checkoutSession.ts'
import type { CreateCheckoutSessionParams } from './generated/createCheckoutSessionParams.ts'
import type { ListCheckoutSessionsParams } from './generated/listCheckoutSessionsParams.ts'
import { ListRequest } from './listRequest.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.checkout`: sessions in which a customer pays on a hosted page. */
export class Checkout {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Creates a session. Send the customer to its `url`. */
  create(params: CreateCheckoutSessionParams, options?: RequestOptions): Promise<CheckoutSession> {
    return this.#send('createCheckoutSession', { body: params }, options)
  }

  /** Reads a session, for example to confirm its status without waiting for a webhook. */
  retrieve(id: string, options?: RequestOptions): Promise<CheckoutSession> {
    return this.#send('retrieveCheckoutSession', { path: { id } }, options)
  }

  /** Ends a `pending` session early. `ConflictError` when it is not pending or a charge is in flight. */
  expire(id: string, options?: RequestOptions): Promise<CheckoutSession> {
    return this.#send('expireCheckoutSession', { path: { id } }, options)
  }

  /** Sessions, newest first. `metadata: { order_id }` finds those of an order. */
  list(params: ListCheckoutSessionsParams = {}, options?: RequestOptions): ListRequest<CheckoutSession> {
    return new ListRequest(params, (query) => this.#send('listCheckoutSessions', { query }, options))
  }
}
