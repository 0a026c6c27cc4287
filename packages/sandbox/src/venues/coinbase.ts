import { decimal, type Level, type Pair, SIZE_DECIMALS } from './book.ts'
import type { VenueSpec } from './venue.ts'

/**
 * Coinbase Exchange's public order book, `GET /products/{id}/book`
 * (docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-book). There is no USDC-USD book:
 * that exchange swaps the two one to one outside the market.
 */
const LISTED: readonly Pair[] = [
  { symbol: 'BTC-USD', base: 'BTC', quote: 'USD', tick_decimals: 2 },
  { symbol: 'BTC-EUR', base: 'BTC', quote: 'EUR', tick_decimals: 2 },
  { symbol: 'BTC-GBP', base: 'BTC', quote: 'GBP', tick_decimals: 2 },
  { symbol: 'BTC-USDT', base: 'BTC', quote: 'USDT', tick_decimals: 2 },
  { symbol: 'ETH-USD', base: 'ETH', quote: 'USD', tick_decimals: 2 },
  { symbol: 'ETH-EUR', base: 'ETH', quote: 'EUR', tick_decimals: 2 },
  { symbol: 'ETH-GBP', base: 'ETH', quote: 'GBP', tick_decimals: 2 },
  { symbol: 'ETH-USDT', base: 'ETH', quote: 'USDT', tick_decimals: 2 },
  { symbol: 'USDT-USD', base: 'USDT', quote: 'USD', tick_decimals: 5 },
  { symbol: 'USDT-EUR', base: 'USDT', quote: 'EUR', tick_decimals: 4 },
  { symbol: 'USDT-GBP', base: 'USDT', quote: 'GBP', tick_decimals: 4 },
  { symbol: 'USDT-USDC', base: 'USDT', quote: 'USDC', tick_decimals: 5 },
  { symbol: 'USDC-EUR', base: 'USDC', quote: 'EUR', tick_decimals: 4 },
  { symbol: 'USDC-GBP', base: 'USDC', quote: 'GBP', tick_decimals: 4 },
  { symbol: 'USDC-CAD', base: 'USDC', quote: 'CAD', tick_decimals: 4 },
  { symbol: 'USDC-AUD', base: 'USDC', quote: 'AUD', tick_decimals: 4 },
]

type Route = { Params: { id: string }; Querystring: { level?: string } }

export const coinbase: VenueSpec = {
  id: 'coinbase',
  pairs: LISTED,
  style: { offset_ppm: 30, half_spread_ppm: 20, level_usd: 30_000n },
  failure: { status: 500, body: { message: 'Internal server error' } },
  routes(app, respond) {
    app.get<Route>('/products/:id/book', (request, reply) => {
      const listed = LISTED.find(({ symbol }) => symbol === request.params.id)
      if (!listed) return reply.code(404).send({ message: 'NotFound' })
      const { level: wanted = '1' } = request.query
      if (wanted !== '1' && wanted !== '2') return reply.code(400).send({ message: 'Invalid level' })
      const level = ({ price, size }: Level, i: number) => [
        trimmed(price, listed.tick_decimals),
        trimmed(size, SIZE_DECIMALS),
        1 + (i % 5),
      ]
      const top = (levels: readonly Level[]) => levels.slice(0, wanted === '1' ? 1 : undefined).map(level)
      return respond(reply, listed, (book, at_ms) => {
        return {
          bids: top(book.bids),
          asks: top(book.asks),
          sequence: Math.floor(at_ms / 10),
          auction_mode: false,
          auction: null,
          // Nine digits of a second, as the exchange prints them.
          time: new Date(at_ms).toISOString().replace('Z', '481219Z'),
        }
      })
    })
  },
}

/** A decimal without zeros at the end: `113729.4`, `1`. */
function trimmed(value: bigint, decimals: number): string {
  return decimal(value, decimals).replace(/0+$/, '').replace(/\.$/, '')
}
