/** An answer of Bitcoin Core that is an error: its number and its words, which callers go by. */
export class RpcError extends Error {
  override name = 'RpcError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Numbers of Bitcoin Core, src/rpc/protocol.h. */
export const CODES = {
  misc: -1,
  type: -3,
  not_found: -5,
  parameter: -8,
  deserialization: -22,
  verify: -25,
  rejected: -26,
  already_in_chain: -27,
  wallet_not_found: -18,
  wallet_exists: -4,
  method_not_found: -32601,
} as const
