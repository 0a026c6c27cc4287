import type { Crypto, Fiat, LedgerAsset, Money } from '../lib/money.ts'

/**
 * The private side of a venue: what the treasury asks of its account there. Every one passes `conformance/exchange.ts`.
 * An adapter keeps nothing and decides nothing: what to order, and whether to ask again, is said by `treasury/`.
 *
 * Every call throws ProviderError. `refused`: the exchange said no, and nothing happened. `unavailable`: it certainly did
 * nothing, and may do it later. `unknown`: it may have acted; look it up.
 */
export interface Exchange {
  readonly id: string
  /** Markets where coins are bought. */
  readonly markets: readonly Market[]
  /** What the account holds. Assets that are none of ours are left out. */
  balances(): Promise<ExchangeBalance[]>
  /** What an order in that market must look like. */
  rules(market: Market): Promise<MarketRules>
  /**
   * Buys, now or not at all: what cannot be filled at `limit` or better is cancelled (IOC). Resolves when the exchange has
   * the order; what came of it is asked by `findOrder`. Refused after `deadline_ms`: then a call that was lost on the
   * way cannot act any more, however late it arrives.
   */
  place(order: BuyOrder): Promise<{ readonly reference: string | null }>
  /** The order with that client id. Null: there is none now; a call on its way may still make it until its deadline. */
  findOrder(client_id: string): Promise<OrderState | null>
  /** Sends coins to an address that was saved in the account under `key`. Refused when `key` stands for another address. */
  withdraw(withdrawal: Withdrawal): Promise<{ readonly reference: string | null }>
  /**
   * The withdrawal, by its reference where that is known, else by all that it says.
   * Null: there is none now. @throws ProviderError `unknown` when several fit.
   */
  findWithdrawal(withdrawal: Withdrawal, reference: string | null): Promise<WithdrawalState | null>
}

export type Market = { readonly base: Crypto; readonly quote: Fiat }

export type ExchangeBalance = {
  readonly asset: LedgerAsset
  /** Minor units, rounded down. */
  readonly free: bigint
  /** In orders and withdrawals that are under way. */
  readonly locked: bigint
}

/** Decimals that a price and an amount may have, and the smallest amount, in minor units of the base. */
export type MarketRules = {
  readonly price_decimals: number
  readonly amount_decimals: number
  readonly min_amount: bigint
}

export type BuyOrder = Market & {
  readonly client_id: string
  /** Minor units of the base. */
  readonly amount: bigint
  /** The most for one unit of the base, scaled by RATE_SCALE. */
  readonly limit: bigint
  readonly deadline_ms: number
}

/** What came of an order so far. `open`: the rest may be filled yet. */
export type OrderState = {
  readonly state: 'open' | 'closed'
  readonly reference: string
  /** Minor units of the base. */
  readonly filled: bigint
  /** Minor units of the quote, rounded half up: exchanges count finer than cents. */
  readonly paid: bigint
  readonly fee: Money<LedgerAsset>
}

export type Withdrawal = {
  readonly client_id: string
  readonly asset: Crypto
  readonly network: string
  /** The name that the address was saved under. */
  readonly key: string
  readonly address: string
  /** Minor units that leave the account, the exchange's fee included. */
  readonly amount: bigint
  /** It was first asked for after this moment. */
  readonly since_ms: number
}

export type WithdrawalState = {
  /** `sent`: the exchange is done with it. `failed`: the coins are back in the account. */
  readonly state: 'pending' | 'sent' | 'failed'
  readonly reference: string
  readonly tx_hash: string | null
  /** What arrives, and what the exchange kept for sending it, in minor units. */
  readonly arrives: bigint
  readonly fee: bigint
}
