import type { Merchant } from './generated/merchant.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.merchant`: the account that the key belongs to. */
export class MerchantResource {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Reads the merchant's settings in the mode of the key. */
  retrieve(options?: RequestOptions): Promise<Merchant> {
    return this.#send('retrieveMerchant', {}, options)
  }
}
