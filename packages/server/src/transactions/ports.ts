import type { ThreeDsWish } from '../adapters/acquirer.ts'
import type { Tx } from '../db/sql.ts'
import type { Crypto, Fiat, Money } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import type { TransactionRow } from './transaction.ts'

/**
 * What a transaction needs from other domains. Domains do not import each other: `app.ts` fills these in, and each
 * function writes only its own domain's tables, inside the caller's transaction.
 */
export type TransactionPorts = {
  /** Locks the session and returns what the charge copies from it, or why it cannot be paid now. */
  lockPayableSession(
    tx: Tx,
    ref: Ref,
  ): Promise<PayableSession | { refused: 'not_pending' | 'expired' | 'charge_in_flight' }>
  /** Locks the session's row, always before the transaction's own: one order of locks, no deadlocks. */
  lockSession(tx: Tx, ref: Ref): Promise<{ attempts: number }>
  countAttempt(tx: Tx, ref: Ref): Promise<void>
  completeSession(tx: Tx, ref: Ref, transaction_id: string): Promise<boolean>
  failSession(tx: Tx, ref: Ref): Promise<void>
  /** Asks the venues; no database. Null when no rate can be had now. */
  draftConversion(row: TransactionRow): Promise<ConversionDraft | null>
  /** The quote that is bound to the transaction and still holds. */
  findQuote(row: TransactionRow): Promise<BoundQuote | null>
  /** Binds a draft to the transaction, unless it has a quote that still holds: then that one. */
  bindQuote(tx: Tx, row: TransactionRow, draft: ConversionDraft): Promise<BoundQuote | null>
  /** A 3-D Secure challenge is in the way: the quote holds for longer. */
  graceQuote(row: TransactionRow): Promise<void>
  /** Makes the quote the transaction's conversion. False: it has ended; nothing was written. */
  useQuote(tx: Tx, row: TransactionRow, quote: BoundQuote): Promise<boolean>
  findConversion(tx: Tx, row: TransactionRow): Promise<ConversionFigures | null>
  /** Looks at the chain for what the treasury holds of the payout's asset, if that was not done a moment ago. */
  refreshInventory(row: TransactionRow): Promise<void>
  /** Promises that much of it to the transaction. False: there is not enough; nothing was written. */
  reserveInventory(tx: Tx, row: TransactionRow, amount: bigint): Promise<boolean>
  /** The transaction waits for more of it, until it has waited for long enough. */
  wantInventory(tx: Tx, row: TransactionRow): Promise<'begun' | 'waiting' | 'over'>
  /** The attempt ends without a capture: quote and reservation are nobody's any more. */
  letGo(tx: Tx, row: TransactionRow): Promise<void>
  /** The capture owes a receipt to whoever paid, where mails are sent. */
  oweReceipt(tx: Tx, row: TransactionRow): Promise<void>
  /** Creates the payout that the capture owes, under the given id. */
  createPayout(tx: Tx, row: TransactionRow, id: string, payout: Money<Crypto>): Promise<void>
}

export type PayableSession = {
  amount: bigint
  currency: Fiat
  payout_currency: Crypto
  customer_email: string | null
  metadata: Record<string, string>
  webhook_url: string | null
  attempts: number
  plan: string
  three_ds: ThreeDsWish
  statement_descriptor: string | null
}

/** Amounts in minor units; rates scaled by RATE_SCALE. gross = fee + spread + payout_value + remainder, exactly. */
export type ConversionFigures = {
  gross: bigint
  fee: bigint
  spread: bigint
  payout_value: bigint
  remainder: bigint
  payout_amount: bigint
  rate: bigint
  mid_rate: bigint
}

export type ConversionDraft = ConversionFigures & {
  /** Everything needed to recompute it, JSON-safe. */
  receipt: object
}

/** A rate that is bound to one transaction; what it pays out, in minor units. */
export type BoundQuote = { readonly id: string; readonly payout_amount: bigint }
