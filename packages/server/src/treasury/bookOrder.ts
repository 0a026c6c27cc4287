import type { OrderState, WithdrawalState } from '../adapters/exchange.ts'
import type { Tx } from '../db/sql.ts'
import { platform } from '../ledger/platform.ts'
import { post } from '../ledger/post.ts'
import { hedgeFill, refill } from '../ledger/postings/treasury.ts'
import type { HedgeOrder, RefillOrder } from './order.ts'

/** What was filled, and nothing of what was not: the rest is another order, with an id of its own. */
export async function bookHedge(
  tx: Tx,
  { livemode, id, asset, currency }: HedgeOrder,
  { filled, paid, fee }: OrderState,
): Promise<void> {
  const bought = { amount: filled, asset }
  const postings = hedgeFill({ bought, paid: { amount: paid, asset: currency }, fee })
  await post(tx, platform(livemode), `hedge:${id}`, postings)
}

export async function bookRefill(
  tx: Tx,
  { livemode, id, asset }: RefillOrder,
  { arrives, fee }: WithdrawalState,
): Promise<void> {
  const postings = refill({ amount: arrives, asset }, { amount: fee, asset })
  await post(tx, platform(livemode), `refill:${id}`, postings)
}
