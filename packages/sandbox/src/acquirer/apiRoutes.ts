import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Engine, runOnce, settleExpiry } from './engine.ts'
import { Refusal } from './errors.ts'
import type { Fault, Faults, Operation } from './faults.ts'
import { parseJson } from './fields.ts'
import { readKey } from './idempotency.ts'
import type { Done, Payment } from './model.ts'
import { pathPart, queryText } from './request.ts'
import type { RequestLog } from './requestLog.ts'
import { capturePayment, readCapture } from './verbs/capturePayment.ts'
import { confirmPayment, readConfirm } from './verbs/confirmPayment.ts'
import { createPayment, readCreate } from './verbs/createPayment.ts'
import { createTestToken, readTestToken } from './verbs/createTestToken.ts'
import { readRefund, refundPayment } from './verbs/refundPayment.ts'
import { viewPayment } from './verbs/view.ts'
import { readVoid, voidPayment } from './verbs/voidPayment.ts'
import { findPayment, type World } from './verbs/world.ts'

export type ApiOptions = {
  readonly engine: Engine
  readonly faults: Faults
  readonly requests: RequestLog
  /** Statuses to show instead of the true ones, by payment id. */
  readonly shownStatus: ReadonlyMap<string, string>
  readonly secret_key: string
  /** Aborts delays when the server closes. */
  readonly closing: AbortSignal
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** Makes the caller lose its answer. Nothing more may be sent. */
function loseAnswer(reply: FastifyReply, fault: Fault): FastifyReply {
  if (fault.kind.startsWith('error')) {
    return reply.code(500).send({ error: { code: 'api_error', message: 'A fault was planned here.' } })
  }
  reply.hijack()
  reply.raw.socket?.destroy()
  return reply
}

/** The API that merchants' servers call, under `/v1`, with the secret key. */
export async function apiRoutes(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { engine, faults, requests, shownStatus, closing } = options
  const { world, book } = engine
  const expected = sha256(`Bearer ${options.secret_key}`)

  app.addHook('preHandler', async (request) => {
    requests.add(request)
    if (timingSafeEqual(sha256(request.headers.authorization ?? ''), expected)) return
    throw new Refusal('unauthorized', 'Send the secret key as Authorization: Bearer <secret_key>.')
  })

  const waitFor = (fault: Fault | null) => async () => {
    if (fault?.kind === 'delay') await sleep(fault.delay_ms, undefined, { signal: closing })
  }

  function show(body: unknown): unknown {
    if (shownStatus.size === 0 || typeof body !== 'object' || body === null || !('id' in body)) return body
    const status = shownStatus.get(String(body.id))
    return status === undefined ? body : { ...body, status }
  }

  function post<F extends object>(
    operation: Operation,
    path: string,
    read: (body: unknown) => F,
    verb: (world: World, id: string, fields: F) => Done,
  ): void {
    app.post(path, async (request: FastifyRequest, reply) => {
      const id = pathPart(request, 'id')
      const fields = read(parseJson(request.body))
      const key = readKey(request.headers['idempotency-key'])
      const fault = faults.take(operation)
      if (fault?.kind.endsWith('_before')) return loseAnswer(reply, fault)
      const answer = await runOnce(engine, {
        key,
        path: request.url,
        fields,
        wait: async () => {
          await waitFor(fault)()
          await settleExpiry(engine, id)
        },
        verb: () => verb(world, id, fields),
      })
      if (fault?.kind.endsWith('_after')) return loseAnswer(reply, fault)
      if (answer.replayed) reply.header('idempotent-replayed', 'true')
      return reply.code(answer.status).send(show(answer.body))
    })
  }

  function get(
    operation: Operation,
    path: string,
    find: (request: FastifyRequest) => Promise<unknown>,
  ): void {
    app.get(path, async (request, reply) => {
      const fault = faults.take(operation)
      if (fault && fault.kind !== 'delay') return loseAnswer(reply, fault)
      await waitFor(fault)()
      const body = await find(request)
      // An answer may not show what a crash could still undo.
      await book.flushed()
      return reply.send(body)
    })
  }

  const viewAll = (payments: readonly Payment[]) => payments.map((payment) => show(viewPayment(payment)))

  post('create', '/payments', readCreate, (world, _id, fields) => createPayment(world, fields))
  post('confirm', '/payments/:id/confirm', readConfirm, confirmPayment)
  post('capture', '/payments/:id/capture', readCapture, capturePayment)
  post('void', '/payments/:id/void', readVoid, voidPayment)
  post('refund', '/payments/:id/refund', readRefund, refundPayment)

  post('test_token', '/test_tokens', readTestToken, (world, _id, fields) => createTestToken(world, fields))

  get('retrieve', '/payments/:id', async (request) => {
    const id = pathPart(request, 'id')
    await settleExpiry(engine, id)
    return show(viewPayment(findPayment(world, id)))
  })

  get('list', '/payments', async (request) => {
    const reference = queryText(request, 'reference') ?? ''
    if (reference === '') {
      throw new Refusal('invalid_request', 'Give the reference to look up.', 'reference')
    }
    for (const { id } of book.withReference(reference)) await settleExpiry(engine, id)
    return { object: 'list', data: viewAll(book.withReference(reference)) }
  })

  get('events', '/events', async (request) => {
    const limit = queryText(request, 'limit') ?? '100'
    const count = /^[1-9][0-9]{0,2}$/.test(limit) ? Number(limit) : 0
    if (count < 1 || count > 100) {
      throw new Refusal('invalid_request', 'limit must be an integer from 1 to 100.', 'limit')
    }
    const found = book.eventsAfter(queryText(request, 'after') ?? null, count + 1)
    if (!found) throw new Refusal('invalid_request', 'after must be the id of an event.', 'after')
    return { object: 'list', data: found.slice(0, count), has_more: found.length > count }
  })
}
