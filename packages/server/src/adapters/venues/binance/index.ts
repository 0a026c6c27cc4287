import { z } from 'zod'
import type { Venue } from '../../venue.ts'
import { getJson } from '../shared/getJson.ts'
import { parseLevels, parseWire, sideOf } from '../shared/levels.ts'
import { PAIRS } from './pairs.ts'

const ID = 'binance'

/** Where Binance serves market data only: no key, and not blocked by country as api.binance.com is. */
export const BINANCE_URL = 'https://data-api.binance.vision'

const Side = sideOf(z.tuple([z.string(), z.string()]))
const Depth = z.object({ lastUpdateId: z.int().nonnegative(), asks: Side, bids: Side })

/**
 * Binance's order books: `GET /api/v3/depth`,
 * developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints. The answer has no time, so
 * `as_of_ms` is when we first received this `lastUpdateId`: a feed that stands still grows old, as it should.
 */
export function createBinance({ url = BINANCE_URL, timeout_ms = 2_000 } = {}): Venue {
  const seen = new Map<string, { readonly update_id: number; readonly at_ms: number }>()
  return {
    id: ID,
    pairs: PAIRS,
    async book(pair) {
      const query = new URLSearchParams({ symbol: pair.symbol, limit: '100' })
      const { json, received_at_ms } = await getJson(ID, url, `/api/v3/depth?${query.toString()}`, timeout_ms)
      const depth = parseWire(ID, Depth, json)
      const last = seen.get(pair.symbol)
      const first = last?.update_id === depth.lastUpdateId ? last.at_ms : received_at_ms
      seen.set(pair.symbol, { update_id: depth.lastUpdateId, at_ms: first })
      return {
        venue: ID,
        pair,
        asks: parseLevels(ID, 'asks', depth.asks),
        bids: parseLevels(ID, 'bids', depth.bids),
        as_of_ms: first,
      }
    },
  }
}
