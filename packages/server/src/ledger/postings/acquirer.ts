import type { Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { minus } from './amounts.ts'

/** What the acquirer keeps for its work. */
export function acquirerFee(money: Money<Fiat>): Posting[] {
  return [debit('acquirer_expense', money), credit('acquirer_receivable', money)]
}

/** The acquirer pays `received` for what we think is `expected`. The difference waits in `suspense` for somebody to look. */
export function acquirerSettlement({
  expected,
  received,
}: {
  expected: Money<Fiat>
  received: Money<Fiat>
}): Posting[] {
  return [
    debit('bank', received),
    debit('suspense', minus(expected, received)),
    credit('acquirer_receivable', expected),
  ]
}
