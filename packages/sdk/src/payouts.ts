import { objectPath } from './objectPath.ts'
import type { Payout } from './payout.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.payouts`: crypto on its way to the merchant's wallet. */
export class Payouts {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Reads one payout. */
  async retrieve(id: string, options?: RequestOptions): Promise<Payout> {
    return this.#send({ method: 'GET', path: objectPath('/v1/payouts', id), options })
  }
}
