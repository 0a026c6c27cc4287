import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Received = {
  path: string
  body: string
  headers: IncomingHttpHeaders
  signature: string
  event: { id: string; type: string; sequence: number; data: Record<string, unknown> }
}

export type Receiver = {
  url: string
  received: Received[]
  /** Status of the answers from now on. */
  answer(status: number): void
  /** Pause before the answers from now on, milliseconds. What arrives is kept at once. */
  delay(ms: number): void
  /** What arrives from now on is kept but not answered, until the function that it returns is called. */
  hold(): () => void
  close(): Promise<void>
}

/** A merchant's server: keeps what it was sent, raw. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let status = 200
  let delay_ms = 0
  let gate = Promise.resolve()
  const server = createServer((request, response) => {
    // Only webhooks are posted. Who looks for another server at a port that was its own before gets no further.
    if (request.method !== 'POST') return void response.writeHead(405).end()
    void text(request).then((body) => {
      received.push({
        path: request.url ?? '',
        body,
        headers: request.headers,
        signature: String(request.headers['x-skiro-signature']),
        event: JSON.parse(body) as Received['event'],
      })
      const now = status
      const answer = () => response.writeHead(now).end('ok')
      const wait_ms = delay_ms
      void gate.then(() => setTimeout(answer, wait_ms).unref())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer(next) {
      status = next
    },
    delay(ms) {
      delay_ms = ms
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The documented formula and nothing else: HMAC-SHA256 of `${t}.${raw_body}`, hex, under the header's `v1`. */
export function verifies({ body, signature }: Pick<Received, 'body' | 'signature'>, secret: string): boolean {
  const t = /^t=(\d+),/.exec(signature)?.[1]
  const mac = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return signature === `t=${t},v1=${mac}`
}
