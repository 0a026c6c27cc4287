import { isDeepStrictEqual } from 'node:util'
import { verifyReceipt } from '../../conversions/receipt.ts'
import { type Receipt, ReceiptSchema } from '../../conversions/receiptSchema.ts'
import type { Posting } from '../../ledger/posting.ts'
import { ASSETS, type Asset, formatDecimal, parseDecimal, RATE_SCALE } from '../../lib/money.ts'
import { capturePostings } from '../../transactions/capturePostings.ts'
import type { StoredConversion } from './store.ts'

const RATE_DECIMALS = RATE_SCALE.toString().length - 1

/**
 * What does not agree, nothing when all does: the receipt with itself, with the quote that was bound, with the conversion,
 * the transaction and the ledger. Each to the last unit, and in this order.
 */
export function verifyStored(stored: StoredConversion): string[] {
  const { ok, problems } = verifyReceipt(stored.receipt)
  const parsed = ReceiptSchema.safeParse(stored.receipt)
  if (!parsed.success) return problems
  return [
    ...(ok ? [] : problems),
    ...asQuoted(stored),
    ...asConverted(stored, parsed.data),
    ...asCharged(stored, parsed.data),
    ...asBooked(stored),
  ]
}

/** Even an order's size that was never reached must be the one that the quote was made from. */
function asQuoted({ receipt, quote_receipt }: StoredConversion): string[] {
  if (quote_receipt === null || isDeepStrictEqual(receipt, quote_receipt)) return []
  return ['the receipt is not that of the quote']
}

function asConverted(stored: StoredConversion, { conversion }: Receipt): string[] {
  const rate = (text: string) => parseDecimal(text, RATE_DECIMALS)
  return [
    ...differs('the conversion', 'currency', stored.currency, conversion.gross.currency),
    ...differs('the conversion', 'payout currency', stored.payout_currency, conversion.payout.currency),
    ...(['gross', 'fee', 'spread', 'payout_value', 'remainder'] as const).flatMap((name) =>
      differs('the conversion', name, stored[name], minor(conversion[name])),
    ),
    ...differs('the conversion', 'payout_amount', stored.payout_amount, minor(conversion.payout)),
    ...differs('the conversion', 'rate', stored.rate, rate(conversion.rate)),
    ...differs('the conversion', 'mid_rate', stored.mid_rate, rate(conversion.mid_rate)),
  ]
}

function asCharged({ transaction }: StoredConversion, { conversion }: Receipt): string[] {
  const { payout_amount } = transaction
  const where = 'the transaction'
  return [
    ...differs(where, 'currency', transaction.currency, conversion.gross.currency),
    ...differs(where, 'payout_currency', transaction.payout_currency, conversion.payout.currency),
    ...differs(where, 'amount', transaction.amount, minor(conversion.gross)),
    ...differs(where, 'fee_bps', transaction.fee_bps, conversion.fee_bps),
    ...differs(where, 'fee_amount', transaction.fee_amount, minor(conversion.fee)),
    ...differs(where, 'spread_bps', transaction.spread_bps, conversion.spread_bps),
    ...(payout_amount === null
      ? []
      : differs(where, 'payout_amount', payout_amount, minor(conversion.payout))),
  ]
}

/** A capture books exactly this; what was not captured books nothing. */
function asBooked(stored: StoredConversion): string[] {
  const { currency, payout_currency, transaction, postings } = stored
  const due = transaction.payout_amount === null ? [] : capturePostings(stored, currency, payout_currency)
  const [booked, expected] = [sums(postings), sums(due)]
  return [...new Set([...expected.keys(), ...booked.keys()])].flatMap((line) => {
    const [said, right] = [booked.get(line) ?? 0n, expected.get(line) ?? 0n]
    if (said === right) return []
    const { decimals } = ASSETS[line.split(' ')[1] as Asset]
    return [
      `the ledger has ${formatDecimal(said, decimals)} on ${line}, computed ${formatDecimal(right, decimals)}`,
    ]
  })
}

function sums(postings: readonly Posting[]): Map<string, bigint> {
  const found = new Map<string, bigint>()
  for (const { account, asset, amount } of postings) {
    const line = `${account} ${asset}`
    found.set(line, (found.get(line) ?? 0n) + amount)
  }
  return found
}

function minor({ amount, currency }: { amount: string; currency: Asset }): bigint | null {
  return parseDecimal(amount, ASSETS[currency].decimals)
}

type Figure = bigint | number | string | null

function differs(where: string, name: string, said: Figure, receipt: Figure): string[] {
  if (said === receipt) return []
  return [`${name} of ${where} is ${String(said)}, the receipt's ${String(receipt)}, in minor units`]
}
