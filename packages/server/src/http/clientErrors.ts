import { type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type ErrorCode, ERRORS, SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { API_HEADERS } from './apiHeaders.ts'
import { errorBody } from './errors.ts'

/** Node's codes for what its HTTP parser gives up on. Any other is plainly not HTTP. */
const CODES: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

type Failure = Error & { code?: string }
/** What Node keeps of the answer that is being written to a socket. */
type Writing = Socket & { _httpMessage?: { _headerSent?: boolean } | null }

/**
 * Fastify's `clientErrorHandler`: bytes that never become a request (garbage, a TLS hello, too many headers, a body
 * that stops half-way) are answered like any other bad request, with an id that the log has too. The connection ends.
 */
export function clientErrorHandler(log: FastifyBaseLogger, doc_base: string) {
  return (failure: Failure, socket: Socket): void => {
    // The other side is gone, or the middle of an answer is on the wire and more bytes would garble it.
    // oxlint-disable-next-line no-underscore-dangle -- Node has no other name for it, and asks the same itself
    const begun = (socket as Writing)._httpMessage?._headerSent
    if (failure.code === 'ECONNRESET' || !socket.writable || begun) {
      socket.destroy()
      return
    }
    const error = new SkiroError(CODES[failure.code ?? ''] ?? 'invalid_request', {
      ...(CODES[failure.code ?? ''] ? {} : { message: 'This is not a valid HTTP request.' }),
    })
    const request_id = newId('request')
    const body = JSON.stringify(errorBody(error, request_id, doc_base))
    const headers = {
      ...API_HEADERS,
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'request-id': request_id,
      connection: 'close',
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const { status } = ERRORS[error.code]
    log.info({ request_id, status, reason: failure.code }, 'answered what is no request')
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`, () =>
      socket.destroy(),
    )
  }
}

/**
 * Node answers two kinds of requests by itself, without our headers and body: those that expect something else than
 * `100-continue` (which RFC 9110 lets us ignore), and those without a Host (RFC 9112 asks for a 400). Here they come
 * to the routes and hooks like all others. Needs the server option `requireHostHeader: false`.
 */
export function takeEveryRequest(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    app.server.emit('request', request, response)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers, httpVersion } = request.raw
    if (headers.host !== undefined || httpVersion === '1.0') done()
    else done(new SkiroError('invalid_request', { param: 'Host', message: 'Send a Host header.' }))
  })
}
