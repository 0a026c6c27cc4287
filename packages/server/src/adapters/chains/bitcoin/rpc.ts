import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import { readAmount, readJson } from './readJson.ts'

/** Asks the node and checks the form of its answer. @throws ProviderError, or NodeRefusal when the node says no. */
export type Rpc = <T>(method: string, params: readonly unknown[], answer: z.ZodType<T>) => Promise<T>

/** The node understood and answered with an error. Its message is the node's own text. */
export class NodeRefusal extends ProviderError {
  /** Bitcoin Core's number, src/rpc/protocol.h. */
  readonly code: number

  constructor(network: string, code: number, message: string) {
    super(network, 'refused', message)
    this.code = code
  }
}

/** A number of bitcoin as nodes write it, in satoshi. */
export const satoshi = z.union([z.string(), z.int()]).transform((value, context) => {
  const amount = readAmount(String(value))
  if (amount !== null) return amount
  context.addIssue({ code: 'custom', message: 'is not a number of bitcoin' })
  return z.NEVER
})
export const hash = z.string().regex(/^[0-9a-f]{64}$/)
export const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/)

const answered = z.object({
  result: z.unknown(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
})

// Nothing of the request went out: connection refused, no such host, no route.
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * JSON-RPC over HTTP as Bitcoin Core speaks it, one try per call: repeating is the caller's decision.
 * @param url may hold user and password; they go into a header, and neither they nor the URL into an error
 */
export function createRpc(network: string, url: string, timeoutMs: number): Rpc {
  const { address, authorization } = splitUrl(url)
  return async (method, params, answer) => {
    const unclear = (what: string) => new ProviderError(network, 'unknown', `${method}: ${what}`)
    let response: Response
    let body: unknown
    try {
      response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify({ jsonrpc: '1.0', id: 'skiro', method, params }),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      })
    } catch (error) {
      throw explain(network, method, error)
    }
    if (response.status === 401 || response.status === 403) {
      throw new ProviderError(network, 'refused', `${method}: the node does not take this user and password`)
    }
    try {
      // Errors have a status of their own, so the status alone says nothing.
      body = readJson(await response.text())
    } catch {
      throw unclear(`HTTP ${response.status} without a usable answer`)
    }
    const read = answered.safeParse(body)
    if (!read.success) throw unclear('the answer is not JSON-RPC')
    const { error, result } = read.data
    if (error) throw new NodeRefusal(network, error.code, error.message)
    const parsed = answer.safeParse(result)
    if (parsed.success) return parsed.data
    throw unclear("the node's answer has an unexpected form")
  }
}

function splitUrl(url: string): { address: string; authorization: Record<string, string> } {
  const parsed = new URL(url)
  const { username, password } = parsed
  parsed.username = ''
  parsed.password = ''
  if (!username && !password) return { address: parsed.href, authorization: {} }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    address: parsed.href,
    authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  }
}

function explain(network: string, method: string, error: unknown): ProviderError {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: string }
  const code = typeof cause?.code === 'string' ? cause.code : ''
  const kind = NOT_REACHED.has(code) ? 'unavailable' : 'unknown'
  return new ProviderError(
    network,
    kind,
    `${method}: ${code || (name === 'TimeoutError' ? 'timeout' : 'no answer')}`,
  )
}
