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
  fixConversion(row: TransactionRow): Promise<ConversionDraft | null>
  storeConversion(tx: Tx, row: TransactionRow, draft: ConversionDraft): Promise<void>
  findConversion(tx: Tx, row: TransactionRow): Promise<Omit<ConversionDraft, 'receipt'> | null>
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
}

/** Amounts in minor units; rates scaled by RATE_SCALE. gross = fee + spread + payout_value + remainder, exactly. */
export type ConversionDraft = {
  gross: bigint
  fee: bigint
  spread: bigint
  payout_value: bigint
  remainder: bigint
  payout_amount: bigint
  rate: bigint
  mid_rate: bigint
  /** Everything needed to recompute it, JSON-safe. */
  receipt: object
}
