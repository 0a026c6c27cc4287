import { BaseError, HttpRequestError, http, isHex, type Hex, RpcRequestError } from 'viem'
import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'

/** Asks the node and checks the form of its answer. @throws ProviderError, or NodeRefusal when the node says no. */
export type Rpc = <T>(method: string, params: readonly unknown[], answer: z.ZodType<T>) => Promise<T>

/** The node understood and answered with a JSON-RPC error. Its message is the node's own text. */
export class NodeRefusal extends ProviderError {
  /** Return data of a reverted call, where the node gives it. */
  readonly data: Hex | undefined

  constructor(network: string, message: string, data: Hex | undefined) {
    super(network, 'refused', message)
    this.data = data
  }
}

export const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt)
export const hex = z.templateLiteral(['0x', z.string().regex(/^(?:[0-9a-fA-F]{2})*$/)])
export const hash = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{64}$/)])

// Nothing of the request went out: connection refused, no such host, no route.
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * JSON-RPC over HTTP, one try per call: repeating is the caller's decision.
 * Errors carry no cause: the library's own quote the URL, which at most providers contains the API key.
 */
export function createRpc(network: string, url: string, timeoutMs: number): Rpc {
  const { request } = http(url, { retryCount: 0, timeout: timeoutMs })({})
  return async (method, params, answer) => {
    let result: unknown
    try {
      result = await (request as (call: object) => Promise<unknown>)({ method, params })
    } catch (error) {
      throw explain(network, method, error)
    }
    const parsed = answer.safeParse(result)
    if (parsed.success) return parsed.data
    throw new ProviderError(network, 'unknown', `${method}: the node's answer has an unexpected form`)
  }
}

function explain(network: string, method: string, error: unknown): ProviderError {
  if (!(error instanceof BaseError))
    return new ProviderError(network, 'unknown', `${method}: no usable answer`)
  const refusal = error.walk((inner) => inner instanceof RpcRequestError)
  if (refusal instanceof RpcRequestError) {
    return new NodeRefusal(network, refusal.details, revertData(refusal.data))
  }
  const code = errorCode(error.walk())
  const kind = NOT_REACHED.has(code) ? 'unavailable' : 'unknown'
  const status =
    error instanceof HttpRequestError && error.status ? `HTTP ${error.status}` : error.shortMessage
  return new ProviderError(network, kind, `${method}: ${code || status}`)
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

// Most nodes put the return data there as it is; some wrap it in an object.
function revertData(data: unknown): Hex | undefined {
  if (isHex(data)) return data
  const inner = typeof data === 'object' && data !== null && 'data' in data ? data.data : undefined
  return isHex(inner) ? inner : undefined
}
