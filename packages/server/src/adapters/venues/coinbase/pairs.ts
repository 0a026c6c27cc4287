import type { VenuePair } from '../../venue.ts'

/**
 * Coinbase Exchange's books among our assets, by their `id` in `GET /products`. It has no USDC-USD and no BTC-USDC
 * book (it swaps USDC and dollars one to one outside the market, which we do not rely on), and against Canadian and
 * Australian dollars only USDC.
 */
export const PAIRS: readonly VenuePair[] = [
  { base: 'BTC', quote: 'USD', symbol: 'BTC-USD' },
  { base: 'BTC', quote: 'EUR', symbol: 'BTC-EUR' },
  { base: 'BTC', quote: 'GBP', symbol: 'BTC-GBP' },
  { base: 'BTC', quote: 'USDT', symbol: 'BTC-USDT' },
  { base: 'ETH', quote: 'USD', symbol: 'ETH-USD' },
  { base: 'ETH', quote: 'EUR', symbol: 'ETH-EUR' },
  { base: 'ETH', quote: 'GBP', symbol: 'ETH-GBP' },
  { base: 'ETH', quote: 'USDT', symbol: 'ETH-USDT' },
  { base: 'USDT', quote: 'USD', symbol: 'USDT-USD' },
  { base: 'USDT', quote: 'EUR', symbol: 'USDT-EUR' },
  { base: 'USDT', quote: 'GBP', symbol: 'USDT-GBP' },
  { base: 'USDT', quote: 'USDC', symbol: 'USDT-USDC' },
  { base: 'USDC', quote: 'EUR', symbol: 'USDC-EUR' },
  { base: 'USDC', quote: 'GBP', symbol: 'USDC-GBP' },
  { base: 'USDC', quote: 'CAD', symbol: 'USDC-CAD' },
  { base: 'USDC', quote: 'AUD', symbol: 'USDC-AUD' },
]
