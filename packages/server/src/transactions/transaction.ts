import type { CustomerAction, ThreeDsWish } from '../adapters/acquirer.ts'
import { formatDecimal, type Crypto, type Fiat, RATE_SCALE, toJsonNumber } from '../lib/money.ts'

/**
 * The steps of one charge. The public `status` is derived from them by the database.
 * authorizing: the intent is recorded; the card may or may not have been asked. authorized: money is reserved on the
 * card. capturing: the rate is fixed, its coins are reserved, and the capture was asked for. captured: the card is charged, the payout is owed.
 * paid_out: final on-chain. voiding: the reservation is being given back.
 */
export type TransactionState =
  | 'authorizing'
  | 'authorized'
  | 'capturing'
  | 'captured'
  | 'paid_out'
  | 'declined'
  | 'voiding'
  | 'voided'
  | 'refunded'

/** What the API shows of a state. */
export const TRANSACTION_STATUSES = ['pending', 'processing', 'completed', 'failed', 'refunded'] as const
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number]

/** Forward only. Every move is one conditional update; what is not here is refused and writes nothing. */
export const TRANSACTION_MOVES: Record<TransactionState, readonly TransactionState[]> = {
  authorizing: ['authorized', 'declined', 'voiding'],
  authorized: ['capturing', 'voiding'],
  capturing: ['captured', 'voided'],
  captured: ['paid_out', 'refunded'],
  paid_out: ['refunded'],
  declined: [],
  voiding: ['voided'],
  voided: [],
  refunded: [],
}

/** The states that can move to `to`. */
export function sourcesOf(to: TransactionState): TransactionState[] {
  return (Object.keys(TRANSACTION_MOVES) as TransactionState[]).filter((from) =>
    TRANSACTION_MOVES[from].includes(to),
  )
}

/** A row of `transaction`, amounts in minor units, joined with its conversion where it has one. */
export type TransactionRow = {
  merchant_id: string
  livemode: boolean
  id: string
  checkout_session_id: string
  state: TransactionState
  status: TransactionStatus
  amount: bigint
  currency: Fiat
  fee_bps: number
  fee_amount: bigint
  spread_bps: number
  /** As the merchant had it when the attempt was made. */
  three_ds: ThreeDsWish
  /** What the customer has to do at their bank before the card answers. */
  action: CustomerAction | null
  payout_currency: Crypto
  payout_network: string
  payout_address: string
  /** Who vouched for the address: see lib/addressMac.ts. */
  payout_address_mac: Buffer | null
  payout_amount: bigint | null
  payout_id: string | null
  amount_refunded: bigint
  acquirer: string
  acquirer_ref: string | null
  card_token: string | null
  card_brand: string | null
  card_last_four: string | null
  failure_code: string | null
  failure_message: string | null
  customer_email: string | null
  /** Of the page on which they paid; null when it was not our page, or before that was noted. */
  customer_locale: string | null
  metadata: Record<string, string>
  webhook_url: string | null
  tries: number
  give_up_at: Date | null
  /** Since when a person is needed to find out what became of a call; null: nobody is. */
  unknown_since: Date | null
  created_at: Date
  captured_at: Date | null
  paid_out_at: Date | null
  /** What the card statement shows; null: the server's own. */
  statement_descriptor: string | null
  conversion_rate: bigint | null
  conversion_sources: string[] | null
  conversion_time: Date | null
}

/** The transaction object of the API. Money in major units; `conversion.rate` is crypto per unit of fiat, as a string. */
export function renderTransaction(row: TransactionRow) {
  return {
    id: row.id,
    object: 'transaction' as const,
    livemode: row.livemode,
    checkout_session_id: row.checkout_session_id,
    amount: toJsonNumber({ amount: row.amount, asset: row.currency }),
    currency: row.currency,
    payout_amount:
      row.payout_amount === null
        ? null
        : toJsonNumber({ amount: row.payout_amount, asset: row.payout_currency }),
    payout_currency: row.payout_currency,
    fee_amount: toJsonNumber({ amount: row.fee_amount, asset: row.currency }),
    status: row.status,
    customer_email: row.customer_email,
    card_brand: row.card_brand,
    card_last_four: row.card_last_four,
    failure_code: row.failure_code,
    failure_message: row.failure_message,
    metadata: row.metadata,
    conversion: renderConversion(row),
    payout_id: row.payout_id,
    amount_refunded: toJsonNumber({ amount: row.amount_refunded, asset: row.currency }),
    paid_out_at: row.paid_out_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  }
}

const RATE_DECIMALS = RATE_SCALE.toString().length - 1

function renderConversion(row: TransactionRow) {
  if (row.conversion_rate === null || !row.conversion_time) return null
  return {
    rate: formatDecimal(row.conversion_rate, RATE_DECIMALS),
    sources: row.conversion_sources ?? [],
    time: row.conversion_time.toISOString(),
  }
}
