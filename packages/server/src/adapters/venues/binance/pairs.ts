import type { VenuePair } from '../../venue.ts'

/** Binance's spot markets among our assets, by `symbol` in `GET /api/v3/exchangeInfo`. Its only currency is the euro. */
export const PAIRS: readonly VenuePair[] = [
  { base: 'BTC', quote: 'USDT', symbol: 'BTCUSDT' },
  { base: 'BTC', quote: 'USDC', symbol: 'BTCUSDC' },
  { base: 'BTC', quote: 'EUR', symbol: 'BTCEUR' },
  { base: 'ETH', quote: 'USDT', symbol: 'ETHUSDT' },
  { base: 'ETH', quote: 'USDC', symbol: 'ETHUSDC' },
  { base: 'ETH', quote: 'EUR', symbol: 'ETHEUR' },
  { base: 'USDC', quote: 'USDT', symbol: 'USDCUSDT' },
  { base: 'EUR', quote: 'USDT', symbol: 'EURUSDT' },
  { base: 'EUR', quote: 'USDC', symbol: 'EURUSDC' },
]
