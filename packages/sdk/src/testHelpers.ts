import type { PayCheckoutSessionParams } from './generated/payCheckoutSessionParams.ts'
import type { Transaction } from './generated/transaction.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.testHelpers`: what a customer does, for your tests. Test keys only. */
export class TestHelpers {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Pays a session with a test card, as a customer does on its page. A decline is an answer: see `failure_code`. */
  pay(id: string, params: PayCheckoutSessionParams, options?: RequestOptions): Promise<Transaction> {
    return this.#send('payCheckoutSession', { path: { id }, body: params }, options)
  }
}
