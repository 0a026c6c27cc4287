import type { ListPayoutsParams } from './generated/listPayoutsParams.ts'
import type { Payout } from './generated/payout.ts'
import { ListRequest } from './listRequest.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.payouts`: crypto on its way to the merchant's wallet. */
export class Payouts {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Reads one payout. */
  retrieve(id: string, options?: RequestOptions): Promise<Payout> {
    return this.#send('retrievePayout', { path: { id } }, options)
  }

  /** Payouts, newest first. */
  list(params: ListPayoutsParams = {}, options?: RequestOptions): ListRequest<Payout> {
    return new ListRequest(params, (query) => this.#send('listPayouts', { query }, options))
  }
}
