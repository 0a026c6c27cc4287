import type { ListTransactionsParams } from './generated/listTransactionsParams.ts'
import type { Transaction } from './generated/transaction.ts'
import { ListRequest } from './listRequest.ts'
import type { RequestOptions } from './requestOptions.ts'
import type { Send } from './sendRequest.ts'

/** `skiro.transactions`: attempts to charge a card, and what became of the money. */
export class Transactions {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /** Reads one transaction. */
  retrieve(id: string, options?: RequestOptions): Promise<Transaction> {
    return this.#send('retrieveTransaction', { path: { id } }, options)
  }

  /** Transactions, newest first. */
  list(params: ListTransactionsParams = {}, options?: RequestOptions): ListRequest<Transaction> {
    return new ListRequest(params, (query) => this.#send('listTransactions', { query }, options))
  }
}
