import type { FeeCoin, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'

/** What a chain transaction cost, also one that reverted or that cancelled another, in the coin of its chain. */
export function gas(money: Money<FeeCoin>): Posting[] {
  return [debit('gas_expense', money), credit('hot_wallet', money)]
}
