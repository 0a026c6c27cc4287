import { addOrder, findOrder, markPaid, notePayout, once } from './orders.ts'
import { createSession } from './skiro.ts'

const SHOP_URL = process.env.SHOP_URL ?? 'http://127.0.0.1:3000'

/** The parts of an event that this shop reads. Amounts are numbers in major units. */
export type SkiroEvent = {
  id: string
  type: string
  data: { metadata: Record<string, string>; amount: number; currency: string; tx_hash?: string }
}

/** Makes an order and its checkout session. Returns where to send the customer. */
export async function startCheckout(): Promise<string> {
  const order = addOrder('49.99', 'USD')
  const params = {
    amount: order.amount,
    currency: order.currency,
    payout_currency: 'USDT',
    description: `Lamp · ${order.id}`,
    metadata: { order_id: order.id },
    redirect_url: `${SHOP_URL}/orders/${order.id}`,
    webhook_url: `${SHOP_URL}/webhooks/skiro`,
  }
  return (await createSession(params, order.id)).url
}

/** Acts on an event that is genuine. */
export function hear({ id, type, data }: SkiroEvent): void {
  once(id, () => {
    if (type === 'payout.completed') notePayout(data.metadata.order_id ?? '', data.tx_hash ?? null)
    if (type !== 'checkout.completed') return
    const order = findOrder(data.metadata.order_id ?? '')
    // Sessions that were made elsewhere with the same key are none of ours.
    if (order?.currency !== data.currency || Number(order.amount) !== data.amount) return
    markPaid(order.id)
    console.log(`ship ${order.id}`)
  })
}
