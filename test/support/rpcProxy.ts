import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

type Rewrite = (answer: unknown, params: unknown[]) => unknown

/** A node's answer that is an error of JSON-RPC. */
export class RpcRefusal {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export type RpcProxy = {
  readonly url: string
  /** What it answers instead, by method, from what the real node answered. `RpcRefusal`: an error. */
  readonly lies: Map<string, Rewrite>
  /** Methods that it refuses with these words, without asking the real node. */
  readonly refuses: Map<string, string>
  /** Closes every connection without a word. */
  down: boolean
  /** Methods asked so far. */
  readonly asked: string[]
  close(): void
}

/** A JSON-RPC node in front of a real one, which can lie, lag and die. Single calls only. */
export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (proxy.down) return void request.socket.destroy()
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] }
    proxy.asked.push(method)
    const no = proxy.refuses.get(method)
    if (no !== undefined) {
      response.writeHead(200, JSON_TYPE)
      return void response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: no } }))
    }
    const answered = await fetch(target, { method: 'POST', body, headers: JSON_TYPE })
    const answer = (await answered.json()) as { result: unknown }
    const lie = proxy.lies.get(method)
    const told = lie ? lie(answer.result, params) : undefined
    const said =
      told instanceof RpcRefusal ? { error: { code: -32000, message: told.message } } : { result: told }
    response.writeHead(200, JSON_TYPE)
    response.end(JSON.stringify(lie ? { jsonrpc: '2.0', id, ...said } : answer))
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const proxy: RpcProxy = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    lies: new Map(),
    refuses: new Map(),
    down: false,
    asked: [],
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return proxy
}

const JSON_TYPE = { 'content-type': 'application/json' }
