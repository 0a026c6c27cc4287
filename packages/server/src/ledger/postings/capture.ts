import { assert } from '../../lib/assert.ts'
import type { Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { minus, zero } from './amounts.ts'

/**
 * The card was charged: the acquirer owes us `gross`, and we owe the merchant what is left after our fee and what is
 * kept back. Fee and reserve together must not be more than the gross amount.
 */
export function capture({
  gross,
  fee,
  reserve = zero(gross),
}: {
  gross: Money<Fiat>
  fee: Money<Fiat>
  reserve?: Money<Fiat>
}): Posting[] {
  const net = minus(minus(gross, fee), reserve)
  assert(net.amount >= 0n, 'fee and reserve are more than what was captured')
  return [
    debit('acquirer_receivable', gross),
    credit('fee_revenue', fee),
    credit('merchant_reserve', reserve),
    credit('merchant_payable', net),
  ]
}
