import type { Asset, Money } from '../lib/money.ts'
import type { Account } from './account.ts'

/** One line of a journal. Debit positive, credit negative. */
export type Posting = { readonly account: Account; readonly asset: Asset; readonly amount: bigint }

/** Money grows on the left side: assets and expenses. */
export function debit(account: Account, money: Money): Posting {
  return { account, asset: money.asset, amount: money.amount }
}

/** Money grows on the right side: debts and revenue. */
export function credit(account: Account, money: Money): Posting {
  return { account, asset: money.asset, amount: -money.amount }
}
