import Fastify from 'fastify'
import { Skiro } from 'skiro'
import { OrderBook } from './orderBook.ts'
import { createSendPage } from './page.ts'
import { addRoutes, message } from './routes.ts'

/** What the shop needs to run. */
export type ShopOptions = {
  host: string
  /** 0 takes a free one. */
  port: number
  /** The gateway, without `/v1`. */
  api_url: string
  api_key: string
  /** Of the endpoint, or default webhook URL, that points to `/webhooks/skiro` of this shop. */
  webhook_secret: string
  /** Journal of orders and events. Null keeps them in memory only. */
  database_file: string | null
}

/** A running shop. */
export type Shop = {
  url: string
  /** Cuts what is still open, frees the port and closes the journal. */
  close(): Promise<void>
}

/** Starts the demo shop: a merchant like any other, which knows the gateway only through the `skiro` package. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { host, port, api_url, api_key, webhook_secret, database_file } = options
  const skiro = new Skiro(api_key, { baseUrl: api_url })
  const orders = await OrderBook.open(database_file)
  const app = Fastify({ forceCloseConnections: true })
  const sendPage = createSendPage(new URL(api_url).origin)
  let url = ''

  // Kept as bytes: a signature covers what was sent, not what a parser makes of it.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  )
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
  })
  app.setNotFoundHandler((_request, reply) => {
    return sendPage(reply, 404, message('Nothing here', 'This page does not exist.'))
  })
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) console.error('shop:', error)
    return reply
      .code(status)
      .send({ error: 'shop_error', message: status < 500 ? error.message : 'The shop failed.' })
  })
  addRoutes(app, { skiro, orders, webhook_secret, sendPage, shopUrl: () => url })

  try {
    url = addressOf(host, new URL(await app.listen({ host, port })).port)
  } catch (error) {
    await orders.close()
    throw error
  }
  return {
    url,
    async close() {
      await app.close()
      await orders.close()
    },
  }
}

// A wildcard is an address to listen on, not one to visit.
function addressOf(host: string, port: string): string {
  const visited = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${visited.includes(':') ? `[${visited}]` : visited}:${port}`
}
