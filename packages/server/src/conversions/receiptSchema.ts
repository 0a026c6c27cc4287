import { z } from 'zod'
import { CRYPTOS, FIATS } from '../lib/money.ts'
import { REJECT_REASONS } from './noRate.ts'

const Decimal = z.string().regex(/^(0|[1-9][0-9]*)(\.[0-9]+)?$/)
const Bps = z.int().nonnegative()
const Time = z.iso.datetime({ precision: 3 })
const FiatAmount = z.strictObject({ amount: Decimal, currency: z.enum(FIATS) })
const CryptoAmount = z.strictObject({ amount: Decimal, currency: z.enum(CRYPTOS) })
const Asset = z.enum([...FIATS, ...CRYPTOS])
const Level = z.tuple([Decimal, Decimal])

const Leg = z.strictObject({
  symbol: z.string(),
  base: Asset,
  quote: Asset,
  side: z.enum(['buy', 'sell']),
  as_of: Time,
  spread_bps: Bps,
  levels: z.array(Level).min(1),
  opposite: Level,
  spent: Decimal,
  got: Decimal,
})

const VenueRow = z.strictObject({
  venue: z.string(),
  accepted: z.boolean(),
  reason: z.enum(REJECT_REASONS).nullable(),
  detail: z.string().nullable(),
  rate: Decimal.nullable(),
  legs: z.array(Leg),
})

/**
 * How a conversion came about, as plain JSON: prices, sizes, rates and amounts are exact decimal strings in major
 * units, times are ISO 8601. `levels` are [price, size] of the orders that the amount would have used up, `opposite`
 * is the best order of the other side. `rate` of a venue is coin per unit of currency for the quoted amount.
 */
export const ReceiptSchema = z.strictObject({
  version: z.literal(1),
  quote: z.strictObject({
    from: FiatAmount,
    to: z.enum(CRYPTOS),
    quoted_at: Time,
    as_of: Time,
    limits: z.strictObject({
      max_age_ms: z.int().nonnegative(),
      max_spread_bps: Bps,
      max_deviation_bps: Bps,
      min_venues: z.int().positive(),
    }),
    venues: z.array(VenueRow),
    median: Decimal,
  }),
  conversion: z.strictObject({
    gross: FiatAmount,
    fee_bps: Bps.max(10_000),
    fee: FiatAmount,
    net: FiatAmount,
    spread_bps: Bps.max(10_000),
    mid_rate: Decimal,
    rate: Decimal,
    payout: CryptoAmount,
    payout_value: FiatAmount,
    spread: FiatAmount,
    remainder: FiatAmount,
  }),
})

export type Receipt = z.infer<typeof ReceiptSchema>
export type ReceiptVenue = z.infer<typeof VenueRow>
