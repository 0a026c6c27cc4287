import type { FastifyInstance } from 'fastify'
import { type Skiro, SkiroError } from 'skiro'
import { pickLanguage } from '../language.ts'
import { createOrder } from './buy.ts'
import type { CatchUp } from './catchUp.ts'
import { addOrderRoutes } from './orderRoutes.ts'
import { ownOrdersCookie, readOwnOrders } from './ownOrders.ts'
import { FAVICON, failed, message, type SendPage } from './page.ts'
import { POLICIES } from './policies.ts'
import { type Choice, productPage, WEBHOOKS } from './productPage.ts'
import { CURRENCIES, PAYOUT_CURRENCIES, PRODUCTS } from './products.ts'
import type { ShopBook } from './shopBook.ts'
import { STYLE } from './style.ts'
import { addWebhookRoutes } from './webhookRoutes.ts'
import { addWebhooksPageRoutes } from './webhooksPageRoutes.ts'

/** What the routes work with. `shopUrl` is known only once the shop listens. */
export type ShopParts = {
  skiro: Skiro
  book: ShopBook
  catch_up: CatchUp
  outage: Outage
  sendPage: SendPage
  shopUrl: () => string
  on_new_secret: (secret: string) => void
  /** Null: nobody reads the customers' mails here. */
  mailbox_url: string | null
}

/** For trying an outage out: what the shop answers to webhooks instead of taking them in. Status null: it takes them. */
export type Outage = { status: 503 | 410 | null; since: string | null }

/** Adds every route of the shop. */
export function addRoutes(app: FastifyInstance, parts: ShopParts): void {
  addSellingRoutes(app, parts)
  addOrderRoutes(app, parts)
  addWebhookRoutes(app, parts)
  addWebhooksPageRoutes(app, parts)
}

function addSellingRoutes(app: FastifyInstance, { skiro, book, sendPage, shopUrl }: ShopParts): void {
  app.get('/favicon.svg', (_request, reply) => reply.type('image/svg+xml').send(FAVICON))

  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE))

  for (const [name, page] of Object.entries(POLICIES))
    app.get(`/${name}`, (_request, reply) => sendPage(reply, 200, page))

  app.get('/', (request, reply) => {
    const choice = readChoice(new URL(request.url, 'http://shop').searchParams)
    if (!choice) return sendPage(reply, 400, notForSale())
    const visitor = {
      language: pickLanguage(request.headers['accept-language']),
      orders: readOwnOrders(book, request.headers.cookie),
    }
    return sendPage(reply, 200, { title: 'Shop', body: productPage(choice, visitor) })
  })

  app.post('/buy', async (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    const choice = readChoice(form)
    const product = PRODUCTS.find(({ id }) => id === form.get('product'))
    if (!choice || !product) return sendPage(reply, 400, notForSale())
    try {
      const customer_email = form.get('customer_email')?.trim() || null
      const order = await createOrder(skiro, shopUrl(), { ...choice, product, customer_email })
      await book.add(order)
      reply.header('set-cookie', ownOrdersCookie(request.headers.cookie, order.id))
      return await reply.redirect(order.session_url, 303)
    } catch (error) {
      if (!(error instanceof SkiroError)) throw error
      return sendPage(reply, 502, failed('The payment could not be started', error, '/', 'Back to the shop'))
    }
  })
}

function readChoice(input: URLSearchParams): Choice | null {
  const currency = CURRENCIES.find((code) => code === (input.get('currency') ?? CURRENCIES[0]))
  const payout_currency = PAYOUT_CURRENCIES.find(
    (code) => code === (input.get('payout_currency') ?? PAYOUT_CURRENCIES[0]),
  )
  const webhook = WEBHOOKS.find((word) => word === (input.get('webhook') ?? WEBHOOKS[0]))
  return currency && payout_currency && webhook ? { currency, payout_currency, webhook } : null
}

function notForSale() {
  const text = `We sell ${PRODUCTS.map(({ name }) => name).join(', ')}, in ${CURRENCIES.join(', ')}, and are paid in ${PAYOUT_CURRENCIES.join(', ')}. We hear of it at the ${WEBHOOKS.join(' or the ')} URL.`
  return message('Not in our shop', text)
}
