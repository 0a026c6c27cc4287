import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { ProviderError } from '../../../lib/errors.ts'
import { type Signer, SigningRefused } from '../../signer.ts'
import { type WireError, wireRequest } from './wire.ts'

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
    if (call !== 'POST /sign')
      return send(404, {
        error: 'not_found',
        reason: null,
        message: 'There is no such call.',
      } satisfies WireError)
    const parsed = wireRequest.safeParse(parse(await readBody(request)))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const message = `${issue?.path.join('.') || 'The body'}: ${issue?.message}`
      return send(400, { error: 'invalid_request', reason: null, message } satisfies WireError)
    }
    const { input_amounts, ...rest } = parsed.data
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
    return [403, { error: 'refused', reason: error.reason, message: error.message }]
  if (error instanceof ProviderError) {
    const status = error.kind === 'refused' ? 403 : 503
    return [status, { error: error.kind, reason: null, message: error.message }]
  }
  // Its own log has the rest.
  return [500, { error: 'internal_error', reason: null, message: 'The signer failed; its log says why.' }]
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_MAX) throw new ProviderError('signer', 'refused', 'The request is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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
