import type { Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { giveToMerchant } from './merchantDebt.ts'

/** Kept back from what we owe, for refunds and chargebacks to come. `capture` can do it at once. */
export function withholdReserve(money: Money<Fiat>): Posting[] {
  return [debit('merchant_payable', money), credit('merchant_reserve', money)]
}

/** No longer kept back. What the merchant owes us (`receivable`) is paid with it first. */
export function releaseReserve(money: Money<Fiat>, receivable: Money<Fiat>): Posting[] {
  return [debit('merchant_reserve', money), ...giveToMerchant(money, receivable)]
}
