import type { SkiroEvent } from 'skiro'
import type { Order } from './order.ts'

/**
 * The order that an event is about, by the `order_id` that the shop gave its session as metadata. Other programs may
 * take payments with the same key, so the session must be this order's too.
 */
export function findOrder(orders: ReadonlyMap<string, Order>, { data }: SkiroEvent): Order | undefined {
  const metadata: unknown = 'metadata' in data ? data.metadata : null
  const order_id =
    typeof metadata === 'object' && metadata && 'order_id' in metadata ? metadata.order_id : null
  const order = typeof order_id === 'string' ? orders.get(order_id) : undefined
  const session_id =
    data.object === 'checkout_session'
      ? data.id
      : 'checkout_session_id' in data
        ? data.checkout_session_id
        : null
  return session_id === null || session_id === order?.fields.session_id ? order : undefined
}
