import type { Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { takeFromMerchant } from './merchantDebt.ts'

/**
 * Money goes back to the card while we still owe it to the merchant in fiat. What was converted and not paid out is taken
 * back first, with `reverse(conversion(…))`.
 */
export function refundBeforePayout(money: Money<Fiat>): Posting[] {
  return [debit('merchant_payable', money), credit('acquirer_receivable', money)]
}

/** Money goes back to the card after the merchant has been paid. `reserve`: what is kept back of this merchant's now. */
export function refundAfterPayout(money: Money<Fiat>, reserve: Money<Fiat>): Posting[] {
  return [...takeFromMerchant(money, reserve), credit('acquirer_receivable', money)]
}
