import type { Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { least, minus } from './amounts.ts'

/** The merchant has been paid and has to bear `money`: out of what was kept back as far as that goes, the rest is owed. */
export function takeFromMerchant(money: Money<Fiat>, reserve: Money<Fiat>): Posting[] {
  const from_reserve = least(money, reserve)
  return [debit('merchant_reserve', from_reserve), debit('merchant_receivable', minus(money, from_reserve))]
}

/** The merchant gets `money`: what it still owes us (`receivable`) is paid with it first, the rest we owe. */
export function giveToMerchant(money: Money<Fiat>, receivable: Money<Fiat>): Posting[] {
  const to_receivable = least(money, receivable)
  return [
    credit('merchant_receivable', to_receivable),
    credit('merchant_payable', minus(money, to_receivable)),
  ]
}
