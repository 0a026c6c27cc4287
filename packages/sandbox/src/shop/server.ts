import Fastify from 'fastify'
import { Skiro } from 'skiro'
import { CatchUp } from './catchUp.ts'
import { createSendPage, message } from './page.ts'
import { addRoutes, type Outage } from './routes.ts'
import { ShopBook } from './shopBook.ts'

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
  /** Is told a new secret that somebody had made on the page `/webhooks`. */
  on_new_secret?: (secret: string) => void
  /** Where mails to customers can be read, at a sandbox. */
  mailbox_url?: string
  /** Pause between two looks for what webhooks did not bring, milliseconds. Default 30 s. */
  catch_up_ms?: number
}

/** A running shop. */
export type Shop = {
  url: string
  /** The newest secret that webhooks are verified with. */
  webhook_secret(): string
  /** Cuts what is still open, frees the port and closes the journal. */
  close(): Promise<void>
}

/** Starts the demo shop: a merchant like any other, which knows the gateway only through the `skiro` package. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { host, port, api_url, api_key, webhook_secret, database_file, catch_up_ms = 30_000 } = options
  const skiro = new Skiro(api_key, { baseUrl: api_url })
  const book = await ShopBook.open(database_file)
  book.secrets.begin(webhook_secret)
  const catch_up = new CatchUp(skiro, book)
  const outage: Outage = { status: null, since: null }
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
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    // A browser says whose page a form is on. Nobody else's may press the shop's buttons.
    const site = request.headers['sec-fetch-site'] ?? 'none'
    if (request.method === 'POST' && site !== 'same-origin' && site !== 'none')
      return await reply.code(403).send({ error: 'foreign_form', message: 'Use the pages of the shop.' })
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
  const on_new_secret = options.on_new_secret ?? (() => undefined)
  const { mailbox_url = null } = options
  addRoutes(app, {
    ...{ skiro, book, catch_up, outage, sendPage, on_new_secret, mailbox_url },
    shopUrl: () => url,
  })

  try {
    url = addressOf(host, new URL(await app.listen({ host, port })).port)
  } catch (error) {
    await book.close()
    throw error
  }
  catch_up.start(catch_up_ms, () => outage.status !== null)
  return {
    url,
    webhook_secret: () => book.secrets.live()[0]?.secret ?? '',
    async close() {
      await app.close()
      await catch_up.stop()
      await book.close()
    },
  }
}

// A wildcard is an address to listen on, not one to visit.
function addressOf(host: string, port: string): string {
  const visited = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${visited.includes(':') ? `[${visited}]` : visited}:${port}`
}
