import type { Tx } from '../db/sql.ts'
import { platform } from '../ledger/platform.ts'
import { post } from '../ledger/post.ts'
import type { Posting } from '../ledger/posting.ts'
import { gas } from '../ledger/postings/gas.ts'
import { completePayout, failPayout, reservePayout, unreservePayout } from '../ledger/postings/payout.ts'
import type { Crypto, FeeCoin, Money } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import type { BatchRef } from './batch.ts'

/** A payout as the ledger sees it. */
type Booked = Ref & Money<Crypto>

/**
 * Books a movement of one payout. A payout may be in several batches in its life, one after the other: in each of them
 * it is reserved once and ends once.
 */
const booking =
  (what: string, postings: (money: Money<Crypto>) => Posting[]) =>
  (tx: Tx, batch: BatchRef, payout: Booked): Promise<void> =>
    post(
      tx,
      payout,
      `${what}:${payout.id}:${batch.id}`,
      postings({ amount: payout.amount, asset: payout.asset }),
    )

/** What is owed to the merchant is in a transaction now. */
export const bookReserved = booking('reserve', (money) => reservePayout(money))
/** It has left the wallet, for good. */
export const bookPaid = booking('final', completePayout)
/** It was not paid, for good: owed again. */
export const bookFailed = booking('failed', failPayout)
/** Its batch was cancelled: owed as before. */
export const bookReleased = booking('release', (money) => unreservePayout(money))

/** What the transaction cost, whatever it did. It may have paid many merchants, so it is in the books of none. */
export async function bookGas(tx: Tx, batch: BatchRef, cost: Money<FeeCoin>): Promise<void> {
  if (cost.amount > 0n) await post(tx, platform(batch.livemode), `gas:${batch.id}`, gas(cost))
}
