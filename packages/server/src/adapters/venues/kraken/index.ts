import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { Venue } from '../../venue.ts'
import { getJson } from '../shared/getJson.ts'
import { parseLevels, parseWire, sideOf } from '../shared/levels.ts'
import { PAIRS } from './pairs.ts'

const ID = 'kraken'

/** Where Kraken serves its public market data. No key is needed. */
export const KRAKEN_URL = 'https://api.kraken.com'

/** Price, volume, and the second in which the level last changed. */
const Level = z.tuple([z.string(), z.string(), z.number().positive()])
const Side = sideOf(Level)
const Depth = z.object({
  error: z.array(z.string()),
  result: z.record(z.string(), z.object({ asks: Side, bids: Side })).optional(),
})

/**
 * Kraken's order books: `GET /0/public/Depth`, docs.kraken.com/api-reference/market-data/get-order-book.
 * `as_of_ms` is the second of the newest change in either side.
 */
export function createKraken({ url = KRAKEN_URL, timeout_ms = 2_000 } = {}): Venue {
  return {
    id: ID,
    pairs: PAIRS,
    async book(pair) {
      const query = new URLSearchParams({ pair: pair.symbol, count: '100' })
      const { json, received_at_ms } = await getJson(
        ID,
        url,
        `/0/public/Depth?${query.toString()}`,
        timeout_ms,
      )
      const { error, result = {} } = parseWire(ID, Depth, json)
      if (error.length > 0) throw new ProviderError(ID, 'refused', error.join(', ').slice(0, 200))

      const [entry, ...others] = Object.entries(result)
      if (!entry || others.length > 0 || shortName(entry[0]) !== pair.symbol) {
        const names = Object.keys(result).join(', ').slice(0, 200)
        throw new ProviderError(ID, 'unknown', `asked for ${pair.symbol}, got: ${names}`)
      }
      const [, { asks, bids }] = entry
      const changes = [...asks, ...bids].map(([, , second]) => second * 1000)
      return {
        venue: ID,
        pair,
        asks: parseLevels(ID, 'asks', asks),
        bids: parseLevels(ID, 'bids', bids),
        as_of_ms: changes.length > 0 ? Math.floor(Math.max(...changes)) : received_at_ms,
      }
    },
  }
}

/** The result carries the market's older name, with X before a coin and Z before a currency: XXBTZUSD is XBTUSD. */
function shortName(key: string): string {
  return key.replace(/^X(?=XBT|ETH)/, '').replace(/Z(?=USD|EUR|GBP|CAD|AUD)/g, '')
}
