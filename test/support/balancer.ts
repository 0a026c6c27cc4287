import { once } from 'node:events'
import { Agent, type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import { pipeline } from 'node:stream'

const LOOK_EVERY_MS = 200
const LOOK_MAX_MS = 2000

export type Balancer = {
  /** Begins to look at the gateway on that port, and sends it requests while it says that it is ready. */
  add(port: number): void
  /** Resolves when the gateway on that port is sent requests. */
  ready(port: number): Promise<void>
  close(): Promise<void>
}

/**
 * A load balancer as plain as can be: it asks each gateway's `/readyz` now and then, hands requests in turn to those
 * that were ready when last asked, keeps connections open, and tries nothing twice. What goes wrong is a 502.
 */
export async function startBalancer(port: number): Promise<Balancer> {
  const ready = new Map<number, boolean>()
  const agent = new Agent({ keepAlive: true })
  let turn = 0

  async function look(): Promise<void> {
    await Promise.all(
      [...ready.keys()].map(async (one) => {
        const answer = await fetch(`http://127.0.0.1:${one}/readyz`, {
          signal: AbortSignal.timeout(LOOK_MAX_MS),
        }).catch(() => null)
        await answer?.body?.cancel()
        ready.set(one, answer?.status === 200)
      }),
    )
    next = setTimeout(() => void look(), LOOK_EVERY_MS)
  }
  let next = setTimeout(() => void look(), 0)

  function forward(asked: IncomingMessage, answer: ServerResponse): void {
    const fit = [...ready].filter(([, is]) => is).map(([one]) => one)
    const to = fit[turn++ % fit.length]
    if (to === undefined) return void answer.writeHead(503).end()
    const { method, url, headers } = asked
    const onward = request({ agent, host: '127.0.0.1', port: to, method, path: url, headers }, (reply) => {
      const { connection: _hop, 'keep-alive': _hop2, ...rest } = reply.headers
      answer.writeHead(reply.statusCode ?? 502, rest)
      pipeline(reply, answer, () => {})
    })
    onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
    asked.pipe(onward)
  }

  const server = createServer(forward).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    add: (one) => void ready.set(one, false),
    async ready(one) {
      while (!ready.get(one)) await new Promise((resolve) => setTimeout(resolve, 50))
    },
    async close() {
      clearTimeout(next)
      agent.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      clearTimeout(next)
    },
  }
}
