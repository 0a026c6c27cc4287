import { randomBytes } from 'node:crypto'
import type { Skiro } from 'skiro'
import type { OrderFields } from './order.ts'
import type { Choice } from './productPage.ts'
import type { Product } from './products.ts'

/** What a customer bought. */
export type Purchase = Choice & { product: Product; customer_email: string | null }

/**
 * Creates the checkout session of a new order and returns the order, not yet stored: until the customer is sent to
 * the session nobody can pay it. Throws `SkiroError`.
 */
export async function createOrder(skiro: Skiro, shop_url: string, purchase: Purchase): Promise<OrderFields> {
  const { product, currency, payout_currency, customer_email, webhook } = purchase
  // The address of an order is all that guards it, so it must not be guessable.
  const id = `ORD-${randomBytes(10).toString('hex').toUpperCase()}`
  const session = await skiro.checkout.create({
    amount: product.amount,
    currency,
    payout_currency,
    customer_email: customer_email ?? undefined,
    description: `${product.name} · ${id}`,
    metadata: { order_id: id, product: product.id },
    redirect_url: `${shop_url}/orders/${id}?session_id={CHECKOUT_SESSION_ID}`,
    // Otherwise the account's default URL hears of it.
    webhook_url: webhook === 'session' ? `${shop_url}/webhooks/skiro?order=${id}` : undefined,
  })
  return {
    id,
    product: product.id,
    amount: product.amount,
    currency,
    payout_currency,
    session_id: session.id,
    session_url: session.url,
    created_at: new Date().toISOString(),
  }
}
