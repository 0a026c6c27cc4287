import type { Asset } from '../lib/money.ts'

/**
 * A place with a public order book. One folder per exchange under `venues/`; every one passes `conformance/venue.ts`.
 * An adapter fetches and parses; it neither averages nor decides: that is `conversions/`.
 */
export interface Venue {
  readonly id: string
  /** The markets it has, as data. A pair absent here is never asked for. */
  readonly pairs: readonly VenuePair[]
  /**
   * The book of one market, best prices first.
   * @throws ProviderError on timeout (2 s), bad status, a payload that does not parse, or an error in a 200 answer.
   */
  book(pair: VenuePair): Promise<OrderBook>
}

/** `base` is priced in `quote`, e.g. BTC in USD. `symbol` is the venue's own spelling. */
export type VenuePair = { readonly base: Asset; readonly quote: Asset; readonly symbol: string }

/** Price and size of one level, both scaled by 10¹⁸ (RATE_SCALE): price in quote per base, size in base. */
export type BookLevel = { readonly price: bigint; readonly size: bigint }

export type OrderBook = {
  readonly venue: string
  readonly pair: VenuePair
  /** Ascending prices: what it costs to buy the base. */
  readonly asks: readonly BookLevel[]
  /** Descending prices. */
  readonly bids: readonly BookLevel[]
  /** When the venue made this book, milliseconds since the epoch; where it does not say, when we received it. */
  readonly as_of_ms: number
}
