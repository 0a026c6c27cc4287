import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export type Call = { readonly id: unknown; readonly method: string; readonly params: readonly unknown[] }
export type Exchange = {
  readonly call: Call
  readonly request: IncomingMessage
  readonly response: ServerResponse
}
type Answer = (exchange: Exchange, forward: () => Promise<string>) => void | Promise<void>

/** A Bitcoin node that misbehaves where a test says so: a real one is behind it and answers all other methods. */
export type BitcoinProxy = {
  readonly url: string
  /** Answers this method from now on; null: as the node does. */
  on(method: string, answer: Answer | null): void
  close(): void
}

/** @param node URL of the node, with user and password. The proxy's own contains the word `api-key-in-url`. */
export async function openBitcoinProxy(node: string): Promise<BitcoinProxy> {
  const { origin, username, password } = new URL(node)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const answers = new Map<string, Answer>()
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const call = JSON.parse(body) as Call
    const forward = async () => {
      const answer = await fetch(origin, { method: 'POST', body, headers: { authorization } })
      return await answer.text()
    }
    const answer = answers.get(call.method)
    if (answer) return answer({ call, request, response }, forward)
    response.end(await forward())
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    url: `http://skiro:api-key-in-url@127.0.0.1:${address.port}/api-key-in-url`,
    on(method, answer) {
      if (answer) answers.set(method, answer)
      else answers.delete(method)
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Answers with an error as Bitcoin Core does. */
export function says(message: string, code = -26, status = 500): Answer {
  return ({ call: { id }, response }) => {
    response.writeHead(status).end(JSON.stringify({ result: null, error: { code, message }, id }))
  }
}
