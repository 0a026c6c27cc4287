import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import { type Signer, SigningRefused } from '../../signer.ts'
import { type WireError, wireRequest, wireReview } from './wire.ts'

const BODY_MAX = 1_000_000
const TIMES_OUT_MS = 10_000

export type SignerServer = { close(): Promise<void> }

type Listener = {
  readonly socket: string
  readonly signer: Signer
  stopped(): Promise<string | null>
  /** Stops signing for whoever asks; taking it back is not to be had over the socket. */
  stop(reason: string): Promise<void>
  /** What was signed or refused, for the log. No secrets. */
  onSigning(order_id: string | null, error: unknown): void
}

/**
 * Serves a signer on a Unix socket that only its owner and group may use (mode 660).
 * @throws Error when another process serves it already
 */
export async function serveSigner(listener: Listener): Promise<SignerServer> {
  const { socket } = listener
  if (await answers(socket)) throw new Error(`Another process listens on ${socket}.`)
  // What a killed process left behind.
  rmSync(socket, { force: true })
  const server = createServer((request, response) => {
    void answer(listener, request, response)
  })
  server.headersTimeout = server.requestTimeout = TIMES_OUT_MS
  // Nobody else gets in between listening and chmod.
  const mask = process.umask(0o117)
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  } finally {
    process.umask(mask)
  }
  chmodSync(socket, 0o660)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

async function answer(listener: Listener, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  let order_id: string | null = null
  try {
    const { signer } = listener
    const call = `${request.method} ${request.url}`
    if (call === 'GET /') {
      return send(200, {
        id: signer.id,
        public_key: await signer.publicKey(),
        stopped: await listener.stopped(),
      })
    }
    if (call === 'POST /stop') {
      await listener.stop('asked over the socket')
      return send(200, { stopped: true })
    }
    if (call === 'POST /review') {
      const asked = parse(await readBody(request), wireReview)
      order_id = asked.order.id
      await signer.review(asked)
      return send(200, { ok: true })
    }
    if (call !== 'POST /sign') return send(404, told('not_found', 'There is no such call.'))
    const { input_amounts, ...rest } = parse(await readBody(request), wireRequest)
    order_id = rest.order.id
    const signatures = await signer.signTransaction(input_amounts ? { ...rest, input_amounts } : rest)
    listener.onSigning(order_id, null)
    send(200, { signatures })
  } catch (error) {
    listener.onSigning(order_id, error)
    const [status, body] = describe(error)
    if (!response.headersSent) send(status, body)
  }
}

function describe(error: unknown): [number, WireError] {
  if (error instanceof SigningRefused)
    return [403, { ...told('refused', error.message), reason: error.reason, payment: error.payment }]
  if (error instanceof BadRequest) return [400, told('invalid_request', error.message)]
  if (error instanceof ProviderError) {
    const status = error.kind === 'refused' ? 403 : 503
    return [status, told(error.kind, error.message)]
  }
  // Its own log has the rest.
  return [500, told('internal_error', 'The signer failed; its log says why.')]
}

function told(error: WireError['error'], message: string): WireError {
  return { error, message, reason: null, payment: null }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_MAX) throw new BadRequest('The request is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The gateway asked for something that is none. */
class BadRequest extends Error {
  override name = 'BadRequest'
}

/** @throws BadRequest that names the field */
function parse<T extends z.ZodType>(text: string, schema: T): z.output<T> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new BadRequest('The body is not JSON.')
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new BadRequest(`${issue?.path.join('.') || 'The body'}: ${issue?.message}`)
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket)
    const end = (answer: boolean) => {
      probe.destroy()
      resolve(answer)
    }
    probe.on('connect', () => end(true)).on('error', () => end(false))
  })
}
