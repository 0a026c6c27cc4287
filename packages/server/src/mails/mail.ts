import type { Ref } from '../lib/tenant.ts'

/** A mail that is being sent: one row of `mail`, leased to us. `tries` counts this one. */
export type MailRow = Ref & {
  readonly kind: 'receipt' | 'webhook_disabled'
  readonly transaction_id: string | null
  readonly webhook_endpoint_id: string | null
  readonly address: string
  readonly locale: string
  readonly tries: number
  readonly created_at: Date
}

/** What a mail says. Both parts say the same. */
export type MailContent = {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly from_name: string
  /** Where answers go; null: back to the sender. */
  readonly reply_to: string | null
  /** BCP 47. */
  readonly language: string
}

/** So many receipts of one payment are sent at most, counting the one after the capture. The database holds to it too. */
export const RECEIPTS_MAX = 3

/** After this a mail is given up: a receipt that comes days later helps nobody. */
export const GIVE_UP_SECONDS = 24 * 3600

/** Pause before the next try after `tries` tries, milliseconds: 10 s, 20 s, 40 s … up to an hour. */
export function mailPauseMs(tries: number): number {
  return Math.min(3_600_000, 5000 * 2 ** Math.min(Math.max(tries, 1), 12))
}
