import { objectPath } from './objectPath.ts'
import type { Page } from './page.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'
import type { ListTransactionsParams, Transaction } from './transaction.ts'

/** `skiro.transactions`: attempts to charge a card, and what became of the money. */
export class Transactions {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** One page, newest first. */
  list(params: ListTransactionsParams = {}, options?: RequestOptions): Promise<Page<Transaction>> {
    return this.#send({ method: 'GET', path: '/v1/transactions', query: { ...params }, options })
  }

  /** Reads one transaction. */
  async retrieve(id: string, options?: RequestOptions): Promise<Transaction> {
    return this.#send({ method: 'GET', path: objectPath('/v1/transactions', id), options })
  }
}
