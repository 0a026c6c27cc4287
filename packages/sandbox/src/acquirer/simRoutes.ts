import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { checkBook, totalsOf } from './checkBook.ts'
import { type Engine, enact, settleExpiry } from './engine.ts'
import type { Faults } from './faults.ts'
import { httpUrl, integer, nullable, oneOf, parseJson, readFields, text } from './fields.ts'
import { pageHeaders } from './html.ts'
import { pathPart } from './request.ts'
import type { RequestLog } from './requestLog.ts'
import { simPageHtml } from './simPage.ts'
import { authenticatePayment, readAuthenticate } from './verbs/authenticatePayment.ts'
import { viewPayment } from './verbs/view.ts'
import { findPayment } from './verbs/world.ts'
import { WEBHOOK_MODES } from './webhooks.ts'

type SimOptions = {
  readonly engine: Engine
  readonly faults: Faults
  readonly requests: RequestLog
  readonly shownStatus: Map<string, string>
}

/**
 * What a test or a person may do to the acquirer from outside, under `/_sim`. No key: it is a tool for one machine.
 * Every POST takes JSON, which a web page of another origin cannot send without asking first.
 */
export async function simRoutes(app: FastifyInstance, options: SimOptions): Promise<void> {
  const { engine, faults, requests, shownStatus } = options
  const { book, world, webhooks } = engine
  const verdict = () => checkBook({ payments: [...book.payments.values()], entries: book.entries })

  app.get('/', async (_request, reply) => {
    const nonce = randomBytes(16).toString('base64')
    return reply.headers(pageHeaders(nonce, `'none'`)).send(simPageHtml(book, verdict(), nonce))
  })

  app.get('/book', async () => {
    await book.flushed()
    const payments = [...book.payments.values()].map(viewPayment)
    return { payments, entries: book.entries, totals: totalsOf(book.entries), check: verdict() }
  })

  app.get('/requests', async () => ({ requests: requests.list() }))

  app.get('/faults', async () => ({ faults: faults.list() }))
  app.post('/faults', async (request) => {
    faults.plan(parseJson(request.body))
    return { faults: faults.list() }
  })
  app.delete('/faults', async () => {
    faults.clear()
    return { faults: [] }
  })

  app.post('/webhooks', async (request) => {
    const { mode } = readFields(parseJson(request.body), { mode: oneOf(WEBHOOK_MODES) })
    webhooks.mode = mode
    return { mode }
  })
  app.post('/webhooks/flush', async () => ({ sent: await webhooks.flush() }))
  app.post('/webhook_url', async (request) => {
    const { url } = readFields(parseJson(request.body), { url: nullable(httpUrl) })
    webhooks.url = url
    return { url }
  })

  app.post('/payments/:id/authenticate', async (request, reply) => {
    const done = authenticatePayment(
      world,
      pathPart(request, 'id'),
      readAuthenticate(parseJson(request.body)),
    )
    await enact(engine, done)
    return reply.code(done.status).send(done.body)
  })

  app.post('/payments/:id/show_status', async (request) => {
    const { id } = findPayment(world, pathPart(request, 'id'))
    const { status } = readFields(parseJson(request.body), { status: nullable(text(50)) })
    if (status === null) shownStatus.delete(id)
    else shownStatus.set(id, status)
    return { id, status }
  })

  app.post('/advance', async (request) => {
    const { seconds } = readFields(parseJson(request.body), { seconds: integer(1, 10 * 366 * 86_400) })
    world.clock.advance(seconds)
    for (const id of book.payments.keys()) await settleExpiry(engine, id)
    return { now: world.clock.iso() }
  })
}
