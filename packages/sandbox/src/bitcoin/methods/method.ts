import type { Node } from '../openNode.ts'
import { CODES, RpcError } from '../rpcError.ts'

/** One JSON-RPC method: the node and the positional parameters, and what it answers. */
export type Method = (node: Node, params: readonly unknown[]) => unknown

/** @throws RpcError when it is not text. */
export function text(params: readonly unknown[], at: number, name: string): string {
  const value = params[at]
  if (typeof value !== 'string')
    throw new RpcError(CODES.type, `JSON value of ${name} is not of expected type string`)
  return value
}

/** @throws RpcError when it is neither a whole number nor left out. */
export function whole(params: readonly unknown[], at: number, otherwise: number): number {
  const value = params[at] ?? otherwise
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new RpcError(CODES.type, 'JSON value is not an integer')
  }
  return value
}

/** A number of detail as old and new callers give it: `true` is 1. */
export function detail(params: readonly unknown[], at: number, otherwise: number): number {
  const value = params[at] ?? otherwise
  return typeof value === 'boolean' ? Number(value) : whole([value], 0, otherwise)
}

/** A block or transaction hash as people write it. @throws RpcError */
export function hashAt(params: readonly unknown[], at: number): string {
  const value = text(params, at, 'hash')
  if (!/^[0-9a-f]{64}$/i.test(value)) {
    throw new RpcError(
      CODES.parameter,
      `hash must be of length 64 and hexadecimal (not '${value.slice(0, 64)}')`,
    )
  }
  return value.toLowerCase()
}

/** Satoshi as the number of bitcoin that Bitcoin Core writes. */
export function btc(satoshi: number): number {
  return satoshi / 1e8
}
