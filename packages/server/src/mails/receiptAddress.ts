import type { Sql } from '../db/sql.ts'
import { nowMs } from '../lib/clock.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import type { Payment } from './oweReceipt.ts'
import { firstAddress } from './store.ts'

/** A payment that was made. */
export type Paid = Payment & { readonly captured_at: Date | null; readonly created_at: Date }

/** So long after the payment an address can still be said: who has the page's link then is the one who paid. */
const SAY_WITHIN_MS = 24 * 3_600_000

/**
 * Where all receipts of a payment go: to the address that was entered when paying, else to the one that the first of
 * them went to. Null: nobody has said one.
 */
export async function receiptAddress(sql: Sql, payment: Payment): Promise<string | null> {
  if (payment.customer_email) return isMailAddress(payment.customer_email) ? payment.customer_email : null
  return await firstAddress(sql, payment)
}

/**
 * Whether the page may still be told where the receipt goes: none was entered when paying, and that was less than a day
 * ago. As one payment has one address, this writes to nobody to whom paying could not have written.
 */
export function canSayAddress({ customer_email, captured_at, created_at }: Paid): boolean {
  return !customer_email && nowMs() - (captured_at ?? created_at).getTime() < SAY_WITHIN_MS
}
