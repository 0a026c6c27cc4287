import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { Venue } from '../../venue.ts'
import { getJson } from '../shared/getJson.ts'
import { parseLevels, parseWire, sideOf } from '../shared/levels.ts'
import { PAIRS } from './pairs.ts'

const ID = 'coinbase'

/** Where Coinbase Exchange serves its public market data. No key is needed. */
export const COINBASE_URL = 'https://api.exchange.coinbase.com'

/** Price, size, and the number of orders that make it up. */
const Level = z.tuple([z.string(), z.string(), z.int().positive()])
const Book = z.object({
  asks: sideOf(Level),
  bids: sideOf(Level),
  auction_mode: z.boolean(),
  time: z.iso.datetime(),
})

/**
 * Coinbase Exchange's order books: `GET /products/{id}/book?level=2`,
 * docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-book. A book in an auction is
 * refused: its prices are indications that nobody has to honour.
 */
export function createCoinbase({ url = COINBASE_URL, timeout_ms = 2_000 } = {}): Venue {
  return {
    id: ID,
    pairs: PAIRS,
    async book(pair) {
      const path = `/products/${encodeURIComponent(pair.symbol)}/book?level=2`
      const { json } = await getJson(ID, url, path, timeout_ms)
      const book = parseWire(ID, Book, json)
      if (book.auction_mode) throw new ProviderError(ID, 'refused', `${pair.symbol} is in an auction`)
      return {
        venue: ID,
        pair,
        asks: parseLevels(ID, 'asks', book.asks),
        bids: parseLevels(ID, 'bids', book.bids),
        as_of_ms: Date.parse(book.time),
      }
    },
  }
}
