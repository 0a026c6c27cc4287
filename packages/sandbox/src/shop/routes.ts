import type { FastifyInstance } from 'fastify'
import { SignatureVerificationError, type Skiro, SkiroError } from 'skiro'
import { createOrder } from './buy.ts'
import { html } from './html.ts'
import { orderState } from './order.ts'
import type { OrderBook } from './orderBook.ts'
import { LIVE_SCRIPT, orderPage } from './orderPage.ts'
import { FAVICON, type SendPage } from './page.ts'
import { type Choice, productPage } from './productPage.ts'
import { CURRENCIES, PAYOUT_CURRENCIES, PRODUCTS } from './products.ts'
import { STYLE } from './style.ts'

/** What the routes work with. `shopUrl` is known only once the shop listens. */
export type ShopParts = {
  skiro: Skiro
  orders: OrderBook
  webhook_secret: string
  sendPage: SendPage
  shopUrl: () => string
}

/** Adds every route of the shop. */
export function addRoutes(app: FastifyInstance, parts: ShopParts): void {
  addSellingRoutes(app, parts)
  addOrderRoutes(app, parts)
  addWebhookRoute(app, parts)
}

function addSellingRoutes(app: FastifyInstance, { skiro, orders, sendPage, shopUrl }: ShopParts): void {
  app.get('/favicon.svg', (_request, reply) => reply.type('image/svg+xml').send(FAVICON))

  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE))

  app.get('/', (request, reply) => {
    const choice = readChoice(new URL(request.url, 'http://shop').searchParams)
    if (!choice) return sendPage(reply, 400, notForSale())
    return sendPage(reply, 200, { title: 'Shop', body: productPage(choice) })
  })

  app.post('/buy', async (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    const choice = readChoice(form)
    const product = PRODUCTS.find(({ id }) => id === form.get('product'))
    if (!choice || !product) return sendPage(reply, 400, notForSale())
    try {
      const customer_email = form.get('customer_email')?.trim() || null
      const order = await createOrder(skiro, shopUrl(), { ...choice, product, customer_email })
      await orders.add(order)
      return await reply.redirect(order.session_url, 303)
    } catch (error) {
      if (!(error instanceof SkiroError)) throw error
      return sendPage(reply, 502, paymentNotStarted(error))
    }
  })
}

function addOrderRoutes(app: FastifyInstance, { orders, sendPage }: ShopParts): void {
  app.get<{ Params: { id: string } }>('/orders/:id', (request, reply) => {
    const order = orders.find(request.params.id)
    if (!order) return sendPage(reply, 404, message('No such order', 'Check the address of this page.'))
    const page = { title: 'Your order', body: orderPage(order), script: LIVE_SCRIPT, refresh_s: 4 }
    return sendPage(reply, 200, page)
  })

  app.get<{ Params: { id: string } }>('/api/orders/:id', (request, reply) => {
    const order = orders.find(request.params.id)
    if (!order) return reply.code(404).send({ error: 'not_found', message: 'No such order.' })
    return reply.send({ ...order.fields, ...orderState(order.events), events: order.received })
  })
}

function addWebhookRoute(app: FastifyInstance, { skiro, orders, webhook_secret }: ShopParts): void {
  app.post('/webhooks/skiro', async (request, reply) => {
    const header = String(request.headers['x-skiro-signature'] ?? '')
    const raw_body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    try {
      const event = skiro.webhooks.constructEvent(raw_body, header, webhook_secret)
      const ours = await orders.receive(event, raw_body.toString('utf8'), header)
      // Sessions made elsewhere with the same key report here too. That is no reason to be told again.
      return await reply.send({ received: true, order: ours })
    } catch (error) {
      if (!(error instanceof SignatureVerificationError)) throw error
      return reply.code(400).send({ error: error.code, message: error.message })
    }
  })
}

function readChoice(input: URLSearchParams): Choice | null {
  const currency = CURRENCIES.find((code) => code === (input.get('currency') ?? CURRENCIES[0]))
  const payout_currency = PAYOUT_CURRENCIES.find(
    (code) => code === (input.get('payout_currency') ?? PAYOUT_CURRENCIES[0]),
  )
  return currency && payout_currency ? { currency, payout_currency } : null
}

function notForSale() {
  const text = `We sell ${PRODUCTS.map(({ name }) => name).join(', ')}, in ${CURRENCIES.join(', ')}, and are paid in ${PAYOUT_CURRENCIES.join(', ')}.`
  return message('Not in our shop', text)
}

function paymentNotStarted({ code, message: reason, request_id }: SkiroError) {
  const body = html`<h1>The payment could not be started</h1><p>${reason}</p>
<p class="soft"><code>${code}</code>${request_id && html` · <code>${request_id}</code>`}</p>
<p><a class="button" href="/">Back to the shop</a></p>`
  return { title: 'Payment not started', body }
}

/** A page that says one thing and leads back to the shop. */
export function message(title: string, text: string) {
  return {
    title,
    body: html`<h1>${title}</h1><p>${text}</p><p><a class="button" href="/">Back to the shop</a></p>`,
  }
}
