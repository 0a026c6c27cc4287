import type { BookLevel } from '../adapters/venue.ts'
import { type Asset, formatDecimal, type Money, toDecimalString } from '../lib/money.ts'
import type { Conversion } from './conversion.ts'
import type { Quote } from './quote.ts'
import type { Receipt, ReceiptVenue } from './receiptSchema.ts'
import type { PricedLeg, VenueQuote } from './venueQuote.ts'

/** Digits after the point of RATE_SCALE. */
const RATE_DECIMALS = 18

/**
 * Everything that a conversion was made from and what came out, as plain JSON to store beside it. `verifyReceipt`
 * computes it again from its own inputs.
 */
export function makeReceipt(conversion: Conversion, quote: Quote): Receipt {
  return {
    version: 1,
    quote: {
      from: amountOf(quote.from),
      to: quote.to,
      quoted_at: isoOf(quote.quoted_at_ms),
      as_of: isoOf(quote.as_of_ms),
      limits: { ...quote.limits },
      venues: quote.venues.map(venueOf),
      median: decimalOf(quote.rate),
    },
    conversion: {
      gross: amountOf(conversion.gross),
      fee_bps: conversion.fee_bps,
      fee: amountOf(conversion.fee),
      net: amountOf(conversion.net),
      spread_bps: conversion.spread_bps,
      mid_rate: decimalOf(conversion.mid_rate),
      rate: decimalOf(conversion.rate),
      payout: amountOf(conversion.payout),
      payout_value: amountOf(conversion.payout_value),
      spread: amountOf(conversion.spread),
      remainder: amountOf(conversion.remainder),
    },
  }
}

function venueOf({ venue, legs, rate, rejected }: VenueQuote): ReceiptVenue {
  return {
    venue,
    accepted: rejected === null,
    reason: rejected?.reason ?? null,
    detail: rejected?.detail ?? null,
    rate: rate === null ? null : decimalOf(rate),
    legs: legs.map(legOf),
  }
}

function legOf({ pair, side, as_of_ms, spread_bps, levels, opposite, spent, got }: PricedLeg) {
  return {
    symbol: pair.symbol,
    base: pair.base,
    quote: pair.quote,
    side,
    as_of: isoOf(as_of_ms),
    spread_bps,
    levels: levels.map(levelOf),
    opposite: levelOf(opposite),
    spent: decimalOf(spent),
    got: decimalOf(got),
  }
}

function levelOf({ price, size }: BookLevel): [string, string] {
  return [decimalOf(price), decimalOf(size)]
}

function amountOf<A extends Asset>(money: Money<A>): { amount: string; currency: A } {
  return { amount: toDecimalString(money), currency: money.asset }
}

/** A number scaled by RATE_SCALE, exactly, without zeros at its end. */
function decimalOf(value: bigint): string {
  const text = formatDecimal(value, RATE_DECIMALS)
  return text.replace(/\.?0+$/, '')
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
