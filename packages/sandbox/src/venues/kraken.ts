import { decimal, type Level, type Pair, SIZE_DECIMALS } from './book.ts'
import type { VenueSpec } from './venue.ts'

/**
 * Kraken's public order book, `GET /0/public/Depth` (docs.kraken.com/api-reference/market-data/get-order-book).
 * Errors are 200 with a filled `error`. The result's key is the long asset name, which is older than the symbols.
 */
const LISTED: readonly (Pair & { readonly key: string })[] = [
  { symbol: 'XBTUSD', key: 'XXBTZUSD', base: 'BTC', quote: 'USD', tick_decimals: 1 },
  { symbol: 'XBTEUR', key: 'XXBTZEUR', base: 'BTC', quote: 'EUR', tick_decimals: 1 },
  { symbol: 'XBTGBP', key: 'XXBTZGBP', base: 'BTC', quote: 'GBP', tick_decimals: 1 },
  { symbol: 'XBTCAD', key: 'XXBTZCAD', base: 'BTC', quote: 'CAD', tick_decimals: 1 },
  { symbol: 'XBTAUD', key: 'XBTAUD', base: 'BTC', quote: 'AUD', tick_decimals: 1 },
  { symbol: 'XBTUSDT', key: 'XBTUSDT', base: 'BTC', quote: 'USDT', tick_decimals: 1 },
  { symbol: 'XBTUSDC', key: 'XBTUSDC', base: 'BTC', quote: 'USDC', tick_decimals: 1 },
  { symbol: 'ETHUSD', key: 'XETHZUSD', base: 'ETH', quote: 'USD', tick_decimals: 2 },
  { symbol: 'ETHEUR', key: 'XETHZEUR', base: 'ETH', quote: 'EUR', tick_decimals: 2 },
  { symbol: 'ETHGBP', key: 'XETHZGBP', base: 'ETH', quote: 'GBP', tick_decimals: 2 },
  { symbol: 'ETHCAD', key: 'XETHZCAD', base: 'ETH', quote: 'CAD', tick_decimals: 2 },
  { symbol: 'ETHAUD', key: 'ETHAUD', base: 'ETH', quote: 'AUD', tick_decimals: 2 },
  { symbol: 'ETHUSDT', key: 'ETHUSDT', base: 'ETH', quote: 'USDT', tick_decimals: 2 },
  { symbol: 'ETHUSDC', key: 'ETHUSDC', base: 'ETH', quote: 'USDC', tick_decimals: 2 },
  { symbol: 'USDTUSD', key: 'USDTZUSD', base: 'USDT', quote: 'USD', tick_decimals: 5 },
  { symbol: 'USDTEUR', key: 'USDTEUR', base: 'USDT', quote: 'EUR', tick_decimals: 5 },
  { symbol: 'USDTGBP', key: 'USDTGBP', base: 'USDT', quote: 'GBP', tick_decimals: 5 },
  { symbol: 'USDTCAD', key: 'USDTCAD', base: 'USDT', quote: 'CAD', tick_decimals: 5 },
  { symbol: 'USDTAUD', key: 'USDTAUD', base: 'USDT', quote: 'AUD', tick_decimals: 5 },
  { symbol: 'USDCUSD', key: 'USDCUSD', base: 'USDC', quote: 'USD', tick_decimals: 5 },
  { symbol: 'USDCEUR', key: 'USDCEUR', base: 'USDC', quote: 'EUR', tick_decimals: 5 },
  { symbol: 'USDCGBP', key: 'USDCGBP', base: 'USDC', quote: 'GBP', tick_decimals: 5 },
  { symbol: 'USDCCAD', key: 'USDCCAD', base: 'USDC', quote: 'CAD', tick_decimals: 5 },
  { symbol: 'USDCAUD', key: 'USDCAUD', base: 'USDC', quote: 'AUD', tick_decimals: 5 },
  { symbol: 'USDCUSDT', key: 'USDCUSDT', base: 'USDC', quote: 'USDT', tick_decimals: 5 },
  { symbol: 'EURUSD', key: 'ZEURZUSD', base: 'EUR', quote: 'USD', tick_decimals: 5 },
  { symbol: 'GBPUSD', key: 'ZGBPZUSD', base: 'GBP', quote: 'USD', tick_decimals: 5 },
  { symbol: 'USDCAD', key: 'ZUSDZCAD', base: 'USD', quote: 'CAD', tick_decimals: 5 },
  { symbol: 'AUDUSD', key: 'AUDUSD', base: 'AUD', quote: 'USD', tick_decimals: 5 },
]

const ORDER_MIN: Readonly<Record<string, string>> = { BTC: '0.00005', ETH: '0.002' }

type Query = { pair?: string; count?: string }

export const kraken: VenueSpec = {
  id: 'kraken',
  pairs: LISTED,
  style: { offset_ppm: -40, half_spread_ppm: 30, level_usd: 20_000n },
  failure: { status: 200, body: { error: ['EService:Unavailable'] } },
  routes(app, respond) {
    app.get<{ Querystring: Query }>('/0/public/AssetPairs', (request) => {
      const { pair: name } = request.query
      const found = LISTED.filter(({ symbol, key }) => name === undefined || symbol === name || key === name)
      if (found.length === 0) return { error: ['EQuery:Unknown asset pair'] }
      const entries = found.map(({ symbol, key, base, tick_decimals }) => [
        key,
        { altname: symbol, pair_decimals: tick_decimals, lot_decimals: 8, ordermin: ORDER_MIN[base] ?? '5' },
      ])
      return { error: [], result: Object.fromEntries(entries) }
    })
    app.get<{ Querystring: Query }>('/0/public/Depth', (request, reply) => {
      const { pair: name, count = '100' } = request.query
      const listed = LISTED.find(({ symbol, key }) => symbol === name || key === name)
      if (!name || !/^[1-9][0-9]{0,2}$/.test(count)) return { error: ['EGeneral:Invalid arguments'] }
      if (!listed) return { error: ['EQuery:Unknown asset pair'] }
      return respond(reply, listed, (book, at_ms) => {
        // Volumes have three decimals, prices five whatever the tick, times are whole seconds.
        const level = ({ price, size, age_ms }: Level) => [
          decimal(price * 10n ** BigInt(5 - listed.tick_decimals), 5),
          decimal(size / 10n ** BigInt(SIZE_DECIMALS - 3) + 1n, 3),
          Math.floor((at_ms - age_ms) / 1000),
        ]
        const top = (levels: readonly Level[]) => levels.slice(0, Number(count)).map(level)
        return { error: [], result: { [listed.key]: { asks: top(book.asks), bids: top(book.bids) } } }
      })
    })
  },
}
