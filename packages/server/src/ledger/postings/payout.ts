import type { Crypto, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { plus, zero } from './amounts.ts'
import { reverse } from './reverse.ts'

/**
 * A chain transaction is about to pay `money`. `network_fee` is what the merchant pays for it, on top.
 */
export function reservePayout(money: Money<Crypto>, network_fee: Money<Crypto> = zero(money)): Posting[] {
  return [
    debit('merchant_payable', plus(money, network_fee)),
    credit('network_fee_revenue', network_fee),
    credit('payout_in_flight', money),
  ]
}

/** The chain transaction will never pay: it was cancelled before it could. The exact opposite of `reservePayout`. */
export function unreservePayout(money: Money<Crypto>, network_fee: Money<Crypto> = zero(money)): Posting[] {
  return reverse(reservePayout(money, network_fee))
}

/** The payment is final. */
export function completePayout(money: Money<Crypto>): Posting[] {
  return [debit('payout_in_flight', money), credit('hot_wallet', money)]
}

/** The transaction is final and has provably not paid: the debt stands again. What it cost is `gas`. */
export function failPayout(money: Money<Crypto>): Posting[] {
  return [debit('payout_in_flight', money), credit('merchant_payable', money)]
}
