import type { Address } from 'viem'
import { z } from 'zod'
import type { Transfer } from '../../chain.ts'
import { paymentCall } from './call.ts'
import type { EvmContext } from './context.ts'
import { encodeRead } from './erc20.ts'
import { revertReason } from './revert.ts'
import { hex, quantity, type Rpc } from './rpc.ts'

/** Gas of a plain send of the coin to an account without code: fixed by the protocol. */
const PLAIN_SEND_GAS = 21_000n

export type DryRun =
  | { readonly ok: true; readonly gas: bigint }
  | { readonly ok: false; readonly detail: string }

/** Runs the transfer at the head without sending it. `gas` is a limit with room to spare. @throws ProviderError */
export async function dryRun(context: EvmContext, wallet: Address, transfer: Transfer): Promise<DryRun> {
  const { rpc } = context
  const { to, value, data } = paymentCall(context, transfer)
  const call = { from: wallet, to, value: `0x${value.toString(16)}`, data }
  try {
    if (transfer.asset === 'ETH') {
      const code = await rpc('eth_getCode', [to, 'latest'], z.string())
      if (code === '0x') return { ok: true, gas: PLAIN_SEND_GAS }
    } else {
      const answer = await rpc('eth_call', [call, 'latest'], hex)
      // ERC-20 lets a token say no by returning false instead of reverting.
      if (answer !== '0x' && BigInt(answer) === 0n) return { ok: false, detail: 'the token returned false' }
      if (transfer.asset === 'USDT' && (await takesFee(rpc, to))) {
        return { ok: false, detail: 'the token takes a fee: the payee would receive less' }
      }
    }
    const gas = await rpc('eth_estimateGas', [call, 'latest'], quantity)
    // What the run costs may grow before it is mined, for instance when the payee's balance falls to zero.
    return { ok: true, gas: (gas * 120n) / 100n }
  } catch (error) {
    const detail = revertReason(error)
    if (detail === null) throw error
    return { ok: false, detail }
  }
}

/** Whether Tether's dormant fee is switched on. The contracts on other chains have none and no such function. */
async function takesFee(rpc: Rpc, token: Address): Promise<boolean> {
  try {
    const rate = await rpc('eth_call', [{ to: token, data: encodeRead('basisPointsRate') }, 'latest'], hex)
    return rate !== '0x' && BigInt(rate) > 0n
  } catch (error) {
    if (revertReason(error) === null) throw error
    return false
  }
}
