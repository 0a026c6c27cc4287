import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { inspect } from 'node:util'
import type { Chain, SignedTransaction } from '../../packages/server/src/adapters/chain.ts'
import { ProviderError } from '../../packages/server/src/lib/errors.ts'

type Call = { readonly id: unknown; readonly method: string; readonly params: readonly unknown[] }
type Exchange = { readonly call: Call; readonly request: IncomingMessage; readonly response: ServerResponse }
export type Answer = (exchange: Exchange, forward: () => Promise<string>) => void | Promise<void>

/** A node that misbehaves where a test says so: a real one is behind it and answers all other methods. */
export type FaultyNode = {
  /** Contains the word `api-key-in-url`. */
  readonly url: string
  /** Answers this method from now on; null: as the node does. */
  on(method: string, answer: Answer | null): void
  close(): void
}

/** @param node URL of the node, with user and password if it has them */
export async function openFaultyNode(node: string): Promise<FaultyNode> {
  const { origin, username, password } = new URL(node)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const headers = { 'content-type': 'application/json', ...(username !== '' && { authorization }) }
  const answers = new Map<string, Answer>()
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const call = JSON.parse(body) as Call
    const forward = async () => (await fetch(origin, { method: 'POST', body, headers })).text()
    response.setHeader('content-type', 'application/json')
    const answer = answers.get(call.method)
    if (answer) return answer({ call, request, response }, forward)
    response.end(await forward())
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  const url = new URL(`http://127.0.0.1:${address.port}/api-key-in-url`)
  if (username !== '') Object.assign(url, { username: 'skiro', password: 'api-key-in-url' })
  return {
    url: url.href,
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

/** Answers with that result. */
export const tells =
  (result: unknown): Answer =>
  ({ call: { id }, response }) =>
    void response.end(JSON.stringify({ jsonrpc: '2.0', result, error: null, id }))

/** What a test of sending needs to know of the chain and its nodes. */
export type Sending = {
  /** What is there once the tests run. */
  now(): { chain: Chain; signed: SignedTransaction; node: FaultyNode }
  /** The method that sends. */
  readonly method: string
  /** A refusal, as nodes of this chain put it. */
  says(message: string): Answer
  /** What real nodes say, word for word, and what it means. */
  readonly texts: readonly (readonly [answer: string, text: string])[]
  /** Refusals that leave open whether the network has the transaction. */
  readonly unclear: readonly string[]
  /** Answers that are none. */
  readonly bodies: readonly (readonly [status: number, body: string])[]
}

/** What every chain has to make of a node's answers to a transaction. Registers tests; returns what the others may use. */
export function testSending({ now, method, says, texts, unclear, bodies }: Sending) {
  /** Sending ends with nobody knowing, and says nothing of the node's address. */
  const unknown = async () => {
    const { chain, signed } = now()
    await assert.rejects(chain.broadcast(signed.raw), (error: unknown) => {
      assert.ok(error instanceof ProviderError && error.kind === 'unknown', inspect(error))
      assert.doesNotMatch(inspect(error, { depth: 9 }), /api-key-in-url/)
      return true
    })
  }

  it('knows what every common node means', async () => {
    const { chain, signed, node } = now()
    for (const [answer, said] of texts) {
      node.on(method, says(said))
      assert.equal(await chain.broadcast(signed.raw), answer, said)
    }
  })

  it('calls the rest unknown', async () => {
    for (const said of unclear) {
      now().node.on(method, says(said))
      await unknown()
    }
    for (const [status, body] of bodies) {
      now().node.on(method, ({ response }) => void response.writeHead(status).end(body))
      await unknown()
    }
  })

  it('sends once per call: repeating is for the caller to decide', async () => {
    let calls = 0
    now().node.on(method, ({ request }) => {
      calls += 1
      request.socket.destroy()
    })
    await unknown()
    assert.equal(calls, 1)
    // Never answers.
    now().node.on(method, () => {
      calls += 1
    })
    await unknown()
    assert.equal(calls, 2)
  })

  return { unknown }
}
