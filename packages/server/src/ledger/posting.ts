import type { LedgerAsset, Money } from '../lib/money.ts'
import type { Account } from './account.ts'

/** One line of a journal. Debit positive, credit negative. */
export type Posting = { readonly account: Account; readonly asset: LedgerAsset; readonly amount: bigint }

/** Money grows on the left side: assets and expenses. */
export function debit(account: Account, money: Money<LedgerAsset>): Posting {
  return { account, asset: money.asset, amount: money.amount }
}

/** Money grows on the right side: debts and revenue. */
export function credit(account: Account, money: Money<LedgerAsset>): Posting {
  return { account, asset: money.asset, amount: -money.amount }
}

/**
 * One line for each account and asset, in the order of their first mention. For a journal made of several movements at
 * once, where what one hands to the next should not show.
 */
export function netted(postings: readonly Posting[]): Posting[] {
  const sums = new Map<string, Posting>()
  for (const posting of postings) {
    const place = `${posting.account} ${posting.asset}`
    sums.set(place, { ...posting, amount: (sums.get(place)?.amount ?? 0n) + posting.amount })
  }
  return [...sums.values()]
}
