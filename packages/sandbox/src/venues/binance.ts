import { decimal, type Level, type Pair, SIZE_DECIMALS } from './book.ts'
import type { VenueSpec } from './venue.ts'

/**
 * Binance's public order book, `GET /api/v3/depth`
 * (developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints). Of our currencies it lists the
 * euro only. The answer carries no time, just a number that grows with every change.
 */
const LISTED: readonly Pair[] = [
  { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tick_decimals: 2 },
  { symbol: 'BTCUSDC', base: 'BTC', quote: 'USDC', tick_decimals: 2 },
  { symbol: 'BTCEUR', base: 'BTC', quote: 'EUR', tick_decimals: 2 },
  { symbol: 'ETHUSDT', base: 'ETH', quote: 'USDT', tick_decimals: 2 },
  { symbol: 'ETHUSDC', base: 'ETH', quote: 'USDC', tick_decimals: 2 },
  { symbol: 'ETHEUR', base: 'ETH', quote: 'EUR', tick_decimals: 2 },
  { symbol: 'USDCUSDT', base: 'USDC', quote: 'USDT', tick_decimals: 5 },
  { symbol: 'EURUSDT', base: 'EUR', quote: 'USDT', tick_decimals: 4 },
  { symbol: 'EURUSDC', base: 'EUR', quote: 'USDC', tick_decimals: 4 },
]

type Query = { symbol?: string; limit?: string }

export const binance: VenueSpec = {
  id: 'binance',
  pairs: LISTED,
  style: { offset_ppm: 60, half_spread_ppm: 15, level_usd: 50_000n },
  failure: {
    status: 500,
    body: { code: -1000, msg: 'An unknown error occurred while processing the request.' },
  },
  routes(app, respond) {
    app.get<{ Querystring: Query }>('/api/v3/depth', (request, reply) => {
      const { symbol: name, limit = '100' } = request.query
      if (!name) {
        const msg = "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
        return reply.code(400).send({ code: -1102, msg })
      }
      const listed = LISTED.find(({ symbol }) => symbol === name)
      if (!listed) return reply.code(400).send({ code: -1121, msg: 'Invalid symbol.' })
      if (!/^[1-9][0-9]{0,3}$/.test(limit)) {
        return reply.code(400).send({ code: -1100, msg: "Illegal characters found in parameter 'limit'." })
      }
      const level = ({ price, size }: Level) => [
        decimal(price * 10n ** BigInt(8 - listed.tick_decimals), 8),
        decimal(size, SIZE_DECIMALS),
      ]
      const top = (levels: readonly Level[]) => levels.slice(0, Number(limit)).map(level)
      return respond(reply, listed, (book, at_ms) => {
        return { lastUpdateId: Math.floor(at_ms / 100), bids: top(book.bids), asks: top(book.asks) }
      })
    })
  },
}
