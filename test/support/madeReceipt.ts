import fc from 'fast-check'
import type { BookLevel, Venue, VenuePair } from '../../packages/server/src/adapters/venue.ts'
import { type Conversion, fixConversion } from '../../packages/server/src/conversions/conversion.ts'
import { createRateEngine } from '../../packages/server/src/conversions/quote.ts'
import { type Receipt, makeReceipt } from '../../packages/server/src/conversions/receipt.ts'
import { nowMs } from '../../packages/server/src/lib/clock.ts'
import { type Asset, type Crypto, type Fiat, RATE_SCALE } from '../../packages/server/src/lib/money.ts'

/** A payment, and what the venues' books look like. */
export type Sale = {
  asset: Fiat
  to: Crypto
  /** Minor units. */
  amount: bigint
  fee_bps: number
  spread_bps: number
  /** Per venue: how far its prices are off, in parts per million, and which share of the payment each order fills. */
  venues: { off_ppm: number; share: number; step_ppm: number }[]
}

/** From 100.00 on a basis point is a cent at least, so that no rounding can hide one. */
export const sales = fc.record<Sale>({
  asset: fc.constantFrom('USD', 'EUR', 'GBP', 'CAD', 'AUD'),
  to: fc.constantFrom('USDT', 'USDC', 'BTC', 'ETH'),
  amount: fc.bigInt({ min: 10_000n, max: 90_000_000n }),
  fee_bps: fc.integer({ min: 0, max: 3000 }),
  spread_bps: fc.integer({ min: 0, max: 300 }),
  venues: fc.array(
    fc.record({
      off_ppm: fc.integer({ min: -900, max: 900 }),
      share: fc.integer({ min: 3, max: 40 }),
      step_ppm: fc.integer({ min: 1, max: 300 }),
    }),
    { minLength: 2, maxLength: 4 },
  ),
})

/** Millionths of a dollar. */
const MICRO_USD: Record<Asset, bigint> = {
  USD: 1_000_000n,
  EUR: 1_090_000n,
  GBP: 1_270_000n,
  CAD: 729_927n,
  AUD: 660_000n,
  USDT: 999_700n,
  USDC: 1_000_100n,
  BTC: 96_000_000_000n,
  ETH: 3_400_000_000n,
}

const pair = (base: Asset, quote: Asset): VenuePair => ({ symbol: `${base}${quote}`, base, quote })

/** What each venue lists: the coin in dollars, and the way there where the payment is not in dollars. */
function pairsFor({ asset, to }: Sale): VenuePair[] {
  if (asset === 'USD') return [pair(to, 'USD')]
  if (asset === 'CAD') return [pair('USD', 'CAD'), pair(to, 'USD')]
  if (asset === 'AUD') return [pair('AUD', 'USD'), pair(to, 'USD')]
  return [pair(to, asset)]
}

function venueOf(sale: Sale, index: number): Venue {
  const shape = sale.venues[index] ?? { off_ppm: 0, share: 40, step_ppm: 1 }
  return {
    id: `venue${index}`,
    pairs: pairsFor(sale),
    async book(asked) {
      const { base, quote } = asked
      const price = (MICRO_USD[base] * RATE_SCALE) / MICRO_USD[quote]
      const mid = price + (price * BigInt(shape.off_ppm)) / 1_000_000n
      // The payment in units of the pair's base, roughly: an order fills that many hundredths of it.
      const whole = (sale.amount * MICRO_USD[sale.asset] * RATE_SCALE) / (100n * MICRO_USD[base])
      const size = (whole * BigInt(shape.share)) / 100n + 1n
      const level = (n: number, side: 1n | -1n): BookLevel => ({
        price: mid + (side * mid * BigInt(50 + n * shape.step_ppm)) / 1_000_000n,
        size: size + BigInt(n * 7),
      })
      const side = (direction: 1n | -1n) => Array.from({ length: 60 }, (_, n) => level(n, direction))
      return { venue: `venue${index}`, pair: asked, asks: side(1n), bids: side(-1n), as_of_ms: nowMs() }
    },
  }
}

/** The conversion that these books give, by the engine that prices real ones. */
export async function convertSale(sale: Sale): Promise<{ conversion: Conversion; receipt: Receipt }> {
  const venues = sale.venues.map((_, index) => venueOf(sale, index))
  const gross = { amount: sale.amount, asset: sale.asset }
  const limits = { max_spread_bps: 1000, max_deviation_bps: 1000 }
  const quote = await createRateEngine({ venues, limits }).quote({ from: gross, to: sale.to })
  const { fee_bps, spread_bps } = sale
  const conversion = fixConversion({ gross, fee_bps, spread_bps, quote })
  return { conversion, receipt: JSON.parse(JSON.stringify(makeReceipt(conversion, quote))) as Receipt }
}

/** Its receipt as it comes back from the database: through JSON. */
export async function receiptOf(sale: Sale): Promise<Receipt> {
  return (await convertSale(sale)).receipt
}
