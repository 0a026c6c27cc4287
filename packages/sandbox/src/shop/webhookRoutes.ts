import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SignatureVerificationError } from 'skiro'
import type { ShopParts } from './routes.ts'
import { verifyWebhook } from './verifyWebhook.ts'

/** Path of the endpoint that hears of orders. */
export const RECEIVER = '/webhooks/skiro'
/** Path of the endpoint that hears of alerts. */
export const ALERTS_RECEIVER = '/webhooks/alerts'

/** Adds what the gateway posts to. */
export function addWebhookRoutes(app: FastifyInstance, { book, outage }: ShopParts): void {
  app.post(RECEIVER, async (request, reply) => {
    if (outage.status !== null)
      return reply.code(outage.status).send({ error: 'outage', message: 'This shop takes no webhooks now.' })
    return await receive(
      request,
      reply,
      book.secrets.live().map(({ secret }) => secret),
    )
  })

  app.post(ALERTS_RECEIVER, async (request, reply) => {
    const { alerts_endpoint } = book
    if (!alerts_endpoint)
      return reply.code(404).send({ error: 'not_found', message: 'No endpoint was made for this.' })
    return await receive(request, reply, [alerts_endpoint.secret])
  })

  async function receive(request: FastifyRequest, reply: FastifyReply, secrets: readonly string[]) {
    const signature_header = String(request.headers['x-skiro-signature'] ?? '')
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    try {
      const event = verifyWebhook(raw, signature_header, secrets)
      const arrival = { via: 'webhook', raw_body: raw.toString('utf8'), signature_header } as const
      const outcome = await book.take(event, arrival)
      // What is none of ours is accepted too: sessions made elsewhere with the same key report here, and being told
      // again would change nothing.
      return await reply.send({ received: true, outcome })
    } catch (error) {
      if (!(error instanceof SignatureVerificationError)) throw error
      return reply.code(400).send({ error: error.code, message: error.message })
    }
  }
}
