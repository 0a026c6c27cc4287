import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { percentile } from '../stats.ts'
import { readAnswer } from './answer.ts'
import { type LoadOrder, type LoadResult, UNIQUE } from './protocol.ts'

const STALL_MS = 10_000

/**
 * Closed loop: every connection sends its next request when the last one is answered.
 * Plain sockets: this process shares the machine with what it measures, and an HTTP library would cost a third of it.
 * @throws Error for an unexpected status, a lost connection, or silence for 10 s.
 */
export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const requests = order.requests.map(template)
  const sockets = Array.from({ length: order.connections }, () =>
    connect(order.port, '127.0.0.1').setNoDelay(),
  )
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    return await drive(order, requests, sockets)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

// Unlike that of any run before: the clock in front, a counter behind.
let last = BigInt(Date.now()) * 1_000_000n

/** Makes the bytes of a request, anew each time when it holds something unique. */
function template(text: string): () => Buffer {
  const bytes = Buffer.from(text)
  const at = bytes.indexOf(UNIQUE)
  if (at === -1) return () => bytes
  return () => {
    const copy = Buffer.from(bytes)
    copy.write(String(++last).padStart(UNIQUE.length, '0'), at, 'latin1')
    return copy
  }
}

async function drive(order: LoadOrder, requests: (() => Buffer)[], sockets: Socket[]): Promise<LoadResult> {
  const limit = order.count ?? Infinity
  const latencies: number[] = []
  let asked = 0
  let answered = 0
  let sample = ''
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + order.seconds * 1000

  const oneConnection = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let rest: Buffer = Buffer.alloc(0)
      let sent_at = 0
      const next = () => {
        sent_at = performance.now()
        if (sent_at >= end || asked >= limit) return resolve()
        socket.write(requests[asked++ % requests.length]?.() as Buffer)
      }
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the gateway closed a connection')))
      socket.setTimeout(STALL_MS, () => reject(new Error(`no answer for ${STALL_MS} ms`)))
      socket.on('data', (chunk) => {
        try {
          rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
          const answer = readAnswer(rest)
          if (!answer) return
          if (answer.status !== order.status) throw new Error(`${answer.status}: ${answer.body.toString()}`)
          if (answer.bytes !== rest.length) throw new Error('more bytes than one answer')
          rest = Buffer.alloc(0)
          answered++
          if (sample === '') sample = answer.body.toString()
          const now = performance.now()
          if (now <= end) latencies.push(now - sent_at)
          next()
        } catch (error) {
          reject(error)
        }
      })
      next()
    })

  await Promise.all(sockets.map(oneConnection))
  const elapsed_ms = Math.min(performance.now(), end) - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    answers: latencies.length,
    answers_in_all: answered,
    per_second: latencies.length / (elapsed_ms / 1000),
    p50_ms: percentile(latencies, 0.5),
    p99_ms: percentile(latencies, 0.99),
    client_cores: (user + system) / 1000 / elapsed_ms,
    sample,
  }
}
