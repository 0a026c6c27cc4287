import { type RawBody, Skiro, type SkiroEvent, webhooks } from 'skiro'
import { addOrder, findOrder, markPaid, notePayout, once } from './orders.ts'

const SHOP_URL = process.env.SHOP_URL ?? 'http://127.0.0.1:3000'

/** Makes an order and its checkout session. Returns where to send the customer. @throws SkiroError */
export async function startCheckout(): Promise<string> {
  const skiro = new Skiro(process.env.SKIRO_API_KEY ?? '', { baseUrl: process.env.SKIRO_API_URL })
  const order = addOrder('49.99', 'USD')
  const session = await skiro.checkout.create(
    {
      amount: order.amount,
      currency: order.currency,
      payout_currency: 'USDT',
      description: `Lamp · ${order.id}`,
      metadata: { order_id: order.id },
      redirect_url: `${SHOP_URL}/orders/${order.id}`,
      webhook_url: `${SHOP_URL}/webhooks/skiro`,
    },
    { idempotencyKey: order.id },
  )
  return session.url
}

/** Acts on a webhook, whose body has to be as it arrived. @throws SignatureVerificationError */
export function hear(rawBody: RawBody, signature: string | string[] | null | undefined): void {
  const event = webhooks.constructEvent(rawBody, signature, process.env.SKIRO_WEBHOOK_SECRET ?? '')
  once(event.id, () => act(event))
}

function act(event: SkiroEvent): void {
  switch (event.type) {
    case 'checkout.completed': {
      const { metadata, amount, currency } = event.data
      const order = findOrder(metadata.order_id ?? '')
      // Sessions that were made elsewhere with the same key are none of ours.
      if (order?.currency !== currency || Number(order.amount) !== amount) return
      markPaid(order.id)
      console.log(`ship ${order.id}`)
      return
    }
    case 'payout.completed':
      notePayout(event.data.metadata.order_id ?? '', event.data.tx_hash)
  }
}
