import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

const READY_FOR_QUERY = 'Z'.charCodeAt(0)
const HEADER_BYTES = 5

export type CountingProxy = {
  readonly database_url: string
  /** Round trips so far; the start of a connection is not one. */
  roundTrips(): number
  close(): Promise<void>
}

/**
 * Stands between gateway and PostgreSQL and counts the server's ReadyForQuery messages: it sends one each time the
 * client has asked and waits, so their number is the number of round trips (protocol 3.0, "Message Flow").
 */
export async function startCountingProxy(database_url: string): Promise<CountingProxy> {
  const target = new URL(database_url)
  let ready = 0
  let connections = 0
  const server = createServer((client) => {
    connections++
    const upstream = connect(Number(target.port), target.hostname)
    const count = readyCounter(() => ready++)
    client.setNoDelay().pipe(upstream.setNoDelay())
    upstream.on('data', count)
    upstream.pipe(client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    database_url: Object.assign(new URL(database_url), { hostname: '127.0.0.1', port: String(port) }).href,
    // One message ends the start of each connection.
    roundTrips: () => ready - connections,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Follows the frames of one connection (a type byte, then a length that counts itself), however they are cut. */
export function readyCounter(onReady: () => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let skip = 0
  return (chunk) => {
    let buffer: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    rest = Buffer.alloc(0)
    for (;;) {
      const skipped = Math.min(skip, buffer.length)
      skip -= skipped
      buffer = buffer.subarray(skipped)
      if (skip > 0 || buffer.length < HEADER_BYTES) break
      if (buffer[0] === READY_FOR_QUERY) onReady()
      skip = buffer.readUInt32BE(1) + 1
    }
    rest = buffer
  }
}
