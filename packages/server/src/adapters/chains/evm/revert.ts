import { decodeErrorResult } from 'viem'
import { NodeRefusal } from './rpc.ts'
import { VAULT_ABI } from './vault.ts'

const REVERTED = /revert|invalid opcode|vm execution error|vm exception|out of gas|gas required exceeds/i

/**
 * Why a dry run failed in the contract, in words, or null when the node refused for another reason (overload, an
 * unknown method), which proves nothing about the transfer. Many contracts, USDT among them, give no reason.
 */
export function revertReason(error: unknown): string | null {
  if (!(error instanceof NodeRefusal)) return null
  const { data } = error
  if (data === undefined || data === '0x') {
    return REVERTED.test(error.message) ? 'the contract refused without a reason' : null
  }
  try {
    const decoded: { errorName: string; args?: readonly unknown[] } = decodeErrorResult({
      abi: VAULT_ABI,
      data,
    })
    const { errorName, args = [] } = decoded
    return errorName === 'Error' ? String(args[0]) : `${errorName}(${args.join(', ')})`
  } catch {
    return `the contract refused with ${data.slice(0, 10)}`
  }
}
