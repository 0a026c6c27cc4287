import { assert } from '../../lib/assert.ts'
import type { Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { least, minus, plus, zero } from './amounts.ts'
import { giveToMerchant, takeFromMerchant } from './merchantDebt.ts'

/**
 * The acquirer takes `amount` back, and its `fee`. What is more than `refundable` (captured less refunded) was not the
 * merchant's to lose: it waits in `suspense` for somebody to look at it.
 */
export function openChargeback({
  amount,
  fee,
  refundable,
  reserve,
}: {
  amount: Money<Fiat>
  fee: Money<Fiat>
  refundable: Money<Fiat>
  reserve: Money<Fiat>
}): Posting[] {
  const borne = least(amount, refundable)
  return [
    ...takeFromMerchant(plus(borne, fee), reserve),
    debit('suspense', minus(amount, borne)),
    credit('acquirer_receivable', plus(amount, fee)),
  ]
}

/**
 * The acquirer gives `amount` back, with the fee if it does that. `reserve`: what the opening took from there and what
 * is put back; `suspense` likewise; `receivable`: what the merchant owes us now.
 */
export function winChargeback({
  amount,
  reserve,
  receivable,
  suspense = zero(amount),
}: {
  amount: Money<Fiat>
  reserve: Money<Fiat>
  receivable: Money<Fiat>
  suspense?: Money<Fiat>
}): Posting[] {
  const rest = minus(minus(amount, reserve), suspense)
  assert(rest.amount >= 0n, 'more is put back than was won')
  return [
    debit('acquirer_receivable', amount),
    credit('merchant_reserve', reserve),
    credit('suspense', suspense),
    ...giveToMerchant(rest, receivable),
  ]
}

/** The merchant will not pay what it owes: we bear it. A chargeback that is lost and paid moves nothing. */
export function writeOffChargeback(money: Money<Fiat>): Posting[] {
  return [debit('chargeback_loss', money), credit('merchant_receivable', money)]
}
