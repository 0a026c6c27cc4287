import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Method } from './methods/method.ts'
import type { Node } from './openNode.ts'
import { CODES, RpcError } from './rpcError.ts'

type Call = { id?: unknown; method?: unknown; params?: unknown }

/**
 * JSON-RPC over HTTP as Bitcoin Core speaks it: basic auth, version 1.0, errors with an HTTP status of their own, one
 * wallet below `/wallet/…`. One call after the other, so that no two change the mempool at once.
 * @param password what `user:password` has to be, both parts
 */
export function createRpcServer(
  node: Node,
  methods: Readonly<Record<string, Method>>,
  password: string,
): { server: Server; inTurn: <T>(work: () => Promise<T>) => Promise<T> } {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
  const answer = async ({ id = null, method, params = [] }: Call) => {
    try {
      const run = typeof method === 'string' && Object.hasOwn(methods, method) ? methods[method] : undefined
      if (!run) throw new RpcError(CODES.method_not_found, 'Method not found')
      if (!Array.isArray(params)) throw new RpcError(CODES.parameter, 'Params must be an array')
      return { result: (await inTurn(async () => run(node, params))) ?? null, error: null, id }
    } catch (error) {
      const code = error instanceof RpcError ? error.code : CODES.misc
      return { result: null, error: { code, message: (error as Error).message }, id }
    }
  }
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST') return send(response, 405, 'JSONRPC server handles only POST requests')
    if (!isPassword(request.headers.authorization, password)) {
      response.setHeader('www-authenticate', 'Basic realm="jsonrpc"')
      return send(response, 401, '')
    }
    let body: unknown
    try {
      body = JSON.parse(await text(request))
    } catch {
      return send(response, 500, { result: null, error: { code: -32700, message: 'Parse error' }, id: null })
    }
    if (Array.isArray(body))
      return send(response, 200, await Promise.all(body.map((call: Call) => answer(call))))
    const said = await answer(body as Call)
    send(response, said.error === null ? 200 : said.error.code === CODES.method_not_found ? 404 : 500, said)
  }
  // A caller that hangs up breaks only its own call.
  const server = createServer((request, response) => void handle(request, response).catch(() => undefined))
  return { server, inTurn }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}

function isPassword(header: string | undefined, password: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const given = /^Basic (.+)$/i.exec(header ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(Buffer.from(given, 'base64').toString()), digest(password))
}
