import type { Withdrawal } from '../adapters/exchange.ts'
import type { RefillOrder } from './order.ts'

/** A refill in the exchange's terms: the same at every call and every question. */
export function toWithdrawal(order: RefillOrder): Withdrawal {
  return {
    client_id: order.client_id,
    asset: order.asset,
    network: order.network,
    key: order.withdraw_key,
    address: order.address,
    amount: order.amount,
    since_ms: order.created_at.getTime(),
  }
}
