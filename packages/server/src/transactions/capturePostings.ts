import { type Posting, credit, debit } from '../ledger/posting.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { ConversionFigures } from './ports.ts'

/** The key of the journal that a capture makes. */
export const captureKey = (transaction_id: string) => `capture:${transaction_id}`

/** What a capture books, in the order of its lines. `receipt verify` compares the ledger with it. */
export function capturePostings(
  conversion: Omit<ConversionFigures, 'rate' | 'mid_rate'>,
  currency: Fiat,
  payout_currency: Crypto,
): Posting[] {
  const fiat = (amount: bigint) => ({ amount, asset: currency })
  const payout = { amount: conversion.payout_amount, asset: payout_currency }
  return [
    debit('acquirer_receivable', fiat(conversion.gross)),
    credit('fee_revenue', fiat(conversion.fee)),
    credit('spread_revenue', fiat(conversion.spread)),
    credit('rounding', fiat(conversion.remainder)),
    credit('fx', fiat(conversion.payout_value)),
    debit('fx', payout),
    credit('merchant_payable', payout),
  ]
}
