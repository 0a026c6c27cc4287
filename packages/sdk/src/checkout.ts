import type { CheckoutSession, CreateCheckoutParams } from './checkoutSession.ts'
import { objectPath } from './objectPath.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.checkout`: sessions in which a customer pays on a hosted page. */
export class Checkout {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Creates a session. Send the customer to its `url`. */
  create(params: CreateCheckoutParams, options?: RequestOptions): Promise<CheckoutSession> {
    return this.#send({ method: 'POST', path: '/v1/checkout', body: params, options })
  }

  /** Reads a session, for example to confirm its status without waiting for a webhook. */
  async retrieve(id: string, options?: RequestOptions): Promise<CheckoutSession> {
    return this.#send({ method: 'GET', path: objectPath('/v1/checkout', id), options })
  }

  /** Ends a `pending` session early. `ConflictError` when it is not pending or a charge is in flight. */
  async expire(id: string, options?: RequestOptions): Promise<CheckoutSession> {
    return this.#send({ method: 'POST', path: `${objectPath('/v1/checkout', id)}/expire`, options })
  }
}
