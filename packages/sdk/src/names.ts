import type { CheckoutSession } from './generated/checkoutSession.ts'
import type { SkiroEvent } from './generated/skiroEvent.ts'
import type { Payout } from './generated/payout.ts'
import type { Transaction } from './generated/transaction.ts'

// Names for parts of the objects. What they stand for comes from the API's document.

/** Fiat currencies a customer can be charged in (ISO 4217). */
export type Currency = CheckoutSession['currency']

/** Crypto a merchant can be paid out in. */
export type PayoutCurrency = CheckoutSession['payout_currency']

/** Key/value pairs of the merchant, copied from the session to its transaction, payout and events. */
export type Metadata = CheckoutSession['metadata']

/** States of a session. */
export type CheckoutSessionStatus = CheckoutSession['status']

/** States of a transaction. `processing`: the card is captured, the payout is not final yet. */
export type TransactionStatus = Transaction['status']

/** States of a payout. `held` waits for a person or for funds; `completed` is final on-chain. */
export type PayoutStatus = Payout['status']

/** How captured fiat became crypto: `payout_amount` is `(amount - fee_amount) × rate`, rounded down. */
export type Conversion = NonNullable<Transaction['conversion']>

/** Every event type this version knows. */
export type SkiroEventType = SkiroEvent['type']
