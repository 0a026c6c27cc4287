import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. Repeated headers are joined by commas. */
export type Answer = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export type Outcome = {
  readonly answers: readonly Answer[]
  /** The server ended the connection. */
  readonly closed: boolean
  /** Bytes after the last whole answer. */
  readonly rest: string
  readonly ms: number
}

export type ExchangeOptions = {
  /** No answer has a body, as to HEAD. */
  readonly no_bodies?: boolean
  /** Our side of the connection ends after the last byte. */
  readonly hang_up?: boolean
  /** Between two pieces. */
  readonly pause_ms?: number
  readonly timeout_ms: number
}

/**
 * Sends these bytes over a connection of its own, piece by piece, and reads until the server ends it or the time is up.
 * It can say anything, also what no HTTP client would.
 */
export async function exchange(
  port: number,
  pieces: readonly Buffer[],
  { no_bodies = false, hang_up = false, pause_ms = 5, timeout_ms }: ExchangeOptions,
): Promise<Outcome> {
  const start = performance.now()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  const received: Buffer[] = []
  socket.on('data', (chunk) => received.push(chunk))
  // The server may end while we still send: that is its right.
  socket.on('error', () => socket.destroy())
  const ended = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), timeout_ms)
    const end = () => {
      clearTimeout(timer)
      resolve(true)
    }
    socket.on('end', end).on('close', end)
  })
  const [closed] = await Promise.all([ended, sendAll(socket, pieces, pause_ms, hang_up)])
  socket.destroy()
  const bytes = Buffer.concat(received).toString('latin1')
  return { ...readAnswers(bytes, no_bodies, closed), closed, ms: performance.now() - start }
}

async function sendAll(
  socket: Socket,
  pieces: readonly Buffer[],
  pause_ms: number,
  hang_up: boolean,
): Promise<void> {
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, pause_ms))
    if (socket.destroyed) return
    socket.write(piece)
  }
  if (hang_up) socket.end()
}

/** All whole answers in the bytes, without the `100 Continue` before some. */
function readAnswers(
  bytes: string,
  no_bodies: boolean,
  closed: boolean,
): { answers: Answer[]; rest: string } {
  const answers: Answer[] = []
  let rest = bytes
  for (;;) {
    const head_end = rest.indexOf('\r\n\r\n')
    const [status_line = '', ...lines] = rest.slice(0, Math.max(0, head_end)).split('\r\n')
    const [, status] = /^HTTP\/1\.1 ([1-5][0-9]{2}) /.exec(`${status_line} `) ?? []
    if (head_end === -1 || status === undefined) return { answers, rest }
    const headers = new Map<string, string>()
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:]*):\s*(.*)$/.exec(line) ?? []
      const before = headers.get(name.toLowerCase())
      headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`)
    }
    const after = rest.slice(head_end + 4)
    const length = no_bodies || /^(?:1|204|304)/.test(status) ? 0 : bodyLength(headers, after, closed)
    if (length === null) return { answers, rest }
    rest = after.slice(length)
    const raw = after.slice(0, length)
    const body = Buffer.from(isChunked(headers) ? dechunk(raw) : raw, 'latin1').toString()
    if (!status.startsWith('1')) answers.push({ status: Number(status), headers, body })
  }
}

const isChunked = (headers: ReadonlyMap<string, string>) => headers.get('transfer-encoding') === 'chunked'

/** Bytes of the body that `text` begins with; null when not all of it is there. */
function bodyLength(headers: ReadonlyMap<string, string>, text: string, closed: boolean): number | null {
  if (isChunked(headers)) {
    const end = /(?:^|\r\n)0\r\n\r\n/.exec(text)
    return end ? end.index + end[0].length : null
  }
  const length = headers.get('content-length')
  if (length === undefined) return closed ? text.length : null
  return Number(length) <= text.length ? Number(length) : null
}

function dechunk(text: string): string {
  let body = ''
  let rest = text
  for (;;) {
    const [line = '', size = '0'] = /^([0-9a-fA-F]+)\r\n/.exec(rest) ?? []
    const count = Number.parseInt(size, 16)
    if (count === 0) return body
    body += rest.slice(line.length, line.length + count)
    rest = rest.slice(line.length + count + 2)
  }
}
