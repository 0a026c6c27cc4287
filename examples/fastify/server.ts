import Fastify from 'fastify'
import { SignatureVerificationError, SkiroError } from 'skiro'
import { failurePage, orderPage, productPage } from './pages.ts'
import { hear, startCheckout } from './shop.ts'

const app = Fastify({ forceCloseConnections: true })

// Bodies of forms are not read: what is sold, and for how much, is the shop's to say.
app.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, done) => {
  payload.resume()
  done(null)
})

app.get('/', (_request, reply) => reply.type('text/html').send(productPage()))

app.post('/buy', async (_request, reply) => {
  try {
    return await reply.redirect(await startCheckout(), 303)
  } catch (error) {
    if (!(error instanceof SkiroError)) throw error
    console.error(error.code, error.message, error.request_id)
    return reply.code(502).type('text/html').send(failurePage())
  }
})

app.get<{ Params: { id: string } }>('/orders/:id', (request, reply) => {
  const html = orderPage(request.params.id)
  return html === null ? reply.callNotFound() : reply.type('text/html').send(html)
})

// A scope of its own: only here JSON stays as it arrived. What was parsed cannot be verified.
app.register((scope, _options, done) => {
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => {
    parsed(null, body)
  })
  scope.post<{ Body: Buffer }>('/webhooks/skiro', (request, reply) => {
    try {
      hear(request.body, request.headers['x-skiro-signature'])
      return reply.send({ received: true })
    } catch (error) {
      if (!(error instanceof SignatureVerificationError)) throw error
      return reply.code(400).send({ error: error.code, message: error.message })
    }
  })
  done()
})

await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
console.log(`shop at ${process.env.SHOP_URL ?? 'http://127.0.0.1:3000'}`)
