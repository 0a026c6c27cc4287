import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { nowMs } from '../../lib/clock.ts'
import { TEST_CARDS } from '../../adapters/acquirer.ts'
import { loadAssets } from '../assets.ts'
import { renderPage } from '../renderPage.ts'
import { pageHeaders } from '../securityHeaders.ts'
import type { PageTexts } from '../texts/texts.ts'
import type { PageView } from '../view.ts'
import { sampleView } from './sampleView.ts'

/**
 * For tests of the browser script: a server that shows the page in a state the test sets and answers its two calls as
 * the test says, an acquirer's frame on another origin that does what it is told, and a shop to come back to.
 */
export async function startBench() {
  const assets = loadAssets()
  const bench = {
    state: 'open' as PageView['state'],
    changes: {} as Partial<PageView>,
    locale: 'en',
    /** Other words than the locale's. */
    texts: null as PageTexts | null,
    /** Another origin than the bench's own frame, which the page may frame instead. */
    frame_origin: '',
    webhook_accepted: false,
    /** What happens at `/pay`; null cuts the connection after the request arrived. */
    onPay: (): object | null => ({ status: 'declined', failure_code: 'card_declined' }),
    /** What happens at `/continue` and `/cancel`. */
    onBank: (_verb: string): object => ({ status: 'declined', failure_code: 'authentication_failed' }),
    /** What has happened at a bank with a page of its own, when it sends the customer back. */
    onReturn: () => {},
    /** Whether there is a stream of events; the page asks where there is none. */
    has_live: false,
    /** The streams that are open. */
    streams: new Set<ServerResponse>(),
    asked: 0,
    more_time: 0,
    /** What was said about the bank's question, in order. */
    banked: [] as string[],
    /** The bank's question, in a page of the acquirer's. `?silent`: never says that it is there. */
    bank_url: '',
    tell: () => {},
    /** Status and body of a refusal of `/pay`, instead of `onPay`. */
    refusal: null as { status: number; body: object } | null,
    /** What happens at `/receipt`; null cuts the connection. */
    onReceipt: (): object | null => ({ status: 'sent', again: true }),
    receipts: [] as { url: string; headers: IncomingMessage['headers']; body: Record<string, string> }[],
    pays: [] as { body: Record<string, string>; headers: IncomingMessage['headers'] }[],
    frame_query: '',
    url: '',
    shop_url: '',
    close: async () => {},
  }
  const frame = await listen(serveFrame)
  const shop = await listen((_request, response) => response.end('<h1>The shop</h1>'))
  const view = (): PageView =>
    sampleView(bench.state, {
      redirect_url: bench.state === 'unknown' ? null : `${shop.url}/thanks`,
      server_time: new Date(nowMs()).toISOString(),
      expires_at: new Date(nowMs() + 3600_000).toISOString(),
      action: bench.state === 'authenticate' ? { kind: 'frame', url: bench.bank_url } : null,
      element:
        bench.state === 'open'
          ? { frame_url: `${frame.url}/?${bench.frame_query}`, origin: frame.url, test_cards: TEST_CARDS }
          : null,
      ...bench.changes,
    })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    if (path === assets.script_path) return send(response, 'text/javascript', assets.script_body)
    if (path.endsWith('/live')) return openLive(request, response)
    if (path.endsWith('/more-time')) {
      bench.more_time += 1
      const { expires_at, server_time } = view()
      return send(response, 'application/json', JSON.stringify({ expires_at, server_time }))
    }
    if (path.endsWith('/status')) return sendStatus(response)
    if (path.endsWith('/receipt')) {
      const said = JSON.parse((await text(request)) || '{}') as Record<string, string>
      bench.receipts.push({ url: request.url ?? '', headers: request.headers, body: said })
      const body = bench.onReceipt()
      if (body === null) return void response.destroy()
      return send(response, 'application/json', JSON.stringify(body))
    }
    if (path.endsWith('/pay')) {
      bench.pays.push({ body: JSON.parse(await text(request)), headers: request.headers })
      if (bench.refusal) {
        response.statusCode = bench.refusal.status
        return send(response, 'application/json', JSON.stringify(bench.refusal.body))
      }
      const body = bench.onPay()
      if (body === null) return void response.destroy()
      return send(response, 'application/json', JSON.stringify(body))
    }
    if (path.endsWith('/return')) {
      bench.onReturn()
      response.writeHead(303, { location: `${path.replace(/\/return$/, '')}?done` })
      return void response.end()
    }
    if (path.endsWith('/test-expire')) {
      bench.state = 'expired'
      return send(response, 'application/json', '{"status":"expired"}')
    }
    const verb = /\/(continue|cancel)$/.exec(path)?.[1]
    if (verb) {
      bench.banked.push(verb)
      return send(response, 'application/json', JSON.stringify(bench.onBank(verb)))
    }
    const nonce = randomBytes(18).toString('base64')
    const isFraming = view().element !== null || bench.state === 'authenticate'
    const headers = pageHeaders({ nonce, acquirerOrigin: isFraming ? bench.frame_origin || frame.url : null })
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const texts = bench.texts && { texts: bench.texts }
    send(response, 'text/html', renderPage(view(), { nonce, locale: bench.locale, assets, ...texts }))
  }

  function openLive(request: IncomingMessage, response: ServerResponse): void {
    if (!bench.has_live) {
      response.statusCode = 503
      return send(response, 'application/json', '{}')
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    bench.streams.add(response)
    request.on('close', () => bench.streams.delete(response))
    response.write(`event: status\ndata: ${JSON.stringify(statusBody())}\n\n`)
  }

  /** Says on every stream how things are. */
  bench.tell = () => {
    for (const response of bench.streams)
      response.write(`event: status\ndata: ${JSON.stringify(statusBody())}\n\n`)
  }

  function sendStatus(response: ServerResponse): void {
    bench.asked += 1
    send(response, 'application/json', JSON.stringify(statusBody()))
  }

  function statusBody(): object {
    const { redirect_url, server_time } = view()
    const { state: status, webhook_accepted } = bench
    const body = {
      status,
      failure_code: null,
      webhook_accepted,
      redirect_url,
      server_time,
      expires_at: view().expires_at,
    }
    return body
  }

  const page = await listen((request, response) => void answer(request, response))
  bench.url = `${page.url}/${view().session_id}`
  bench.shop_url = shop.url
  bench.bank_url = `${frame.url}/bank`
  bench.close = async () => {
    await Promise.all([page, frame, shop].map((server) => server.close()))
  }
  return bench
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader('content-type', `${type}; charset=utf-8`)
  response.end(body)
}

const BANK = `<!doctype html><title>Bank</title><button id="yes">Yes</button><script>
const say = (message) => parent.postMessage(message, '*')
document.querySelector('#yes').addEventListener('click', () => say({ type: 'skiro:challenge_done' }))
if (!location.search.includes('silent')) say({ type: 'skiro:ready' })
say({ type: 'skiro:height', height: 333 })
</script>`

/** `silent`: never says that it is ready. `empty`: answers every submit with a missing card number. */
const serveFrame: RequestListener = (request, response) => {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://frame')
  if (pathname === '/bank') return send(response, 'text/html', BANK)
  // A page of the bank's own, which sends the customer back.
  if (pathname === '/bank-page') {
    response.writeHead(303, { location: query.get('back') ?? '/' })
    return void response.end()
  }
  send(
    response,
    'text/html',
    `<!doctype html><title>Card</title><input id="number"><script>
window.heard = []
const say = (message) => parent.postMessage(message, '*')
addEventListener('message', ({ data }) => {
  heard.push(data)
  if (data.type === 'skiro:test_fill') {
    say({ type: 'skiro:change', complete: false, brand: null })
    return say({ type: 'skiro:change', complete: true, brand: 'visa' })
  }
  if (data.type !== 'skiro:submit') return
  const { request } = data
  if (${query.has('empty')}) {
    document.querySelector('#number').focus()
    return say({ type: 'skiro:error', request, field: 'number', message: 'Enter the card number.' })
  }
  say({ type: 'skiro:token', request: 'r999', token: 'tok_of_another_request', brand: 'visa', last_four: '0000' })
  say({ type: 'skiro:token', request, token: 'tok_' + request, brand: 'visa', last_four: '4242' })
})
if (!${query.has('silent')}) say({ type: 'skiro:ready' })
say({ type: 'skiro:height', height: 301 })
</script>`,
  )
}

async function listen(handler: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
