import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { failurePage, orderPage, productPage } from './pages.ts'
import { hear, type SkiroEvent, startCheckout } from './shop.ts'
import { isGenuine } from './skiro.ts'

const BODY_MAX_BYTES = 1_000_000
const webhook_secret = process.env.SKIRO_WEBHOOK_SECRET
// With an empty one anybody could sign.
if (!webhook_secret) throw new Error('Set SKIRO_WEBHOOK_SECRET.')

const send = (response: ServerResponse, status: number, html: string) =>
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html)

/** The body as it arrived: what was parsed cannot be verified. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_MAX_BYTES) throw new Error('The body is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function answer(request: IncomingMessage, response: ServerResponse, secret: string): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://shop')
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      send(response, 200, productPage())
      return
    case 'POST /buy':
      response.writeHead(303, { location: await startCheckout() }).end()
      return
    case 'POST /webhooks/skiro': {
      const raw_body = await readBody(request)
      const header = String(request.headers['x-skiro-signature'])
      const genuine = isGenuine(raw_body, header, secret)
      if (genuine) hear(JSON.parse(raw_body.toString()) as SkiroEvent)
      response.writeHead(genuine ? 200 : 400).end()
      return
    }
  }
  const html = orderPage(pathname.replace(/^\/orders\//, ''))
  send(response, html === null ? 404 : 200, html ?? 'Not found')
}

const server = createServer((request, response) => {
  answer(request, response, webhook_secret).catch((error: Error) => {
    console.error(error.message)
    send(response, 502, failurePage())
  })
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`shop at ${process.env.SHOP_URL ?? 'http://127.0.0.1:3000'}`)
})
