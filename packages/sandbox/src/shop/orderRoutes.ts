import type { FastifyInstance } from 'fastify'
import { SkiroError } from 'skiro'
import { pickLanguage } from '../language.ts'
import { findEndpoint } from './endpoints.ts'
import { LIVE_SCRIPT } from './liveScript.ts'
import { orderState } from './order.ts'
import { orderPage } from './orderPage.ts'
import { failed, message } from './page.ts'
import type { ShopParts } from './routes.ts'
import { createTriesReader } from './tries.ts'
import { RECEIVER } from './webhookRoutes.ts'

/** Adds an order's page, its data, and the button that has an event sent again. */
export function addOrderRoutes(app: FastifyInstance, parts: ShopParts): void {
  const { skiro, book, sendPage, shopUrl } = parts
  const triesOf = createTriesReader(skiro)
  const notFound = message('No such order', 'Check the address of this page.')

  app.get<{ Params: { id: string } }>('/orders/:id', async (request, reply) => {
    const found = book.find(request.params.id)
    if (!found) return sendPage(reply, 404, notFound)
    // What comes in while the gateway is asked is for the next look.
    const order = { ...found, received: [...found.received], events: [...found.events] }
    const tries = await Promise.all(order.received.map(({ id }) => triesOf(id)))
    const language = pickLanguage(request.headers['accept-language'])
    const body = orderPage(order, { language, tries, mailbox_url: parts.mailbox_url })
    return sendPage(reply, 200, { title: 'Your order', body, script: LIVE_SCRIPT, refresh_s: 4 })
  })

  app.get<{ Params: { id: string } }>('/api/orders/:id', (request, reply) => {
    const order = book.find(request.params.id)
    if (!order) return reply.code(404).send({ error: 'not_found', message: 'No such order.' })
    const events = order.received.map((one) => ({ ...one, duplicates: order.duplicates.get(one.id) ?? 0 }))
    return reply.send({ ...order.fields, ...orderState(order.events), events })
  })

  app.post<{ Params: { id: string; event: string } }>(
    '/orders/:id/events/:event/resend',
    async (request, reply) => {
      const { id, event } = request.params
      const known = book.find(id)?.received.some((one) => one.id === event)
      if (!known) return sendPage(reply, 404, notFound)
      try {
        // To this shop only: other endpoints of the account did not ask for it.
        const endpoint = await findEndpoint(skiro, shopUrl() + RECEIVER)
        await skiro.events.resend(event, endpoint ? { webhook_id: endpoint.id } : undefined)
        return await reply.redirect(`/orders/${id}#${event}`, 303)
      } catch (error) {
        if (!(error instanceof SkiroError)) throw error
        return sendPage(
          reply,
          502,
          failed('It was not sent again', error, `/orders/${id}`, 'Back to the order'),
        )
      }
    },
  )
}
