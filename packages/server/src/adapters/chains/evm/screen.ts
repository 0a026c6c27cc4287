import type { Address } from 'viem'
import type { Order, Transfer } from '../../chain.ts'
import { inTurns } from '../../../lib/inTurns.ts'
import { assetOf, transferData } from './call.ts'
import { type EvmContext, tokenOf } from './context.ts'
import { encodeIsListed, encodeRead } from './erc20.ts'
import { revertReason } from './revert.ts'
import { hex } from './rpc.ts'
import { VAULT_TRANSFER_GAS } from './vault.ts'

/** What a dry run finds wrong. `payment` is the index of the one that it is about; null: all of them. */
export type Finding = { readonly detail: string; readonly payment: number | null }

// What the vault would not let a transfer use, it shall not use here.
const VAULT_GAS = { gas: `0x${VAULT_TRANSFER_GAS.toString(16)}` }

/** Calls to a node at once: public ones count them. */
const AT_ONCE = 8

/**
 * Makes each payment of `order` by itself at the head, without sending it, and asks the token whether it bars anybody.
 * Tether pays a barred payee, whose money is then stuck for ever. Null when nothing is wrong.
 * @throws ProviderError
 */
export async function screen(context: EvmContext, payer: Address, order: Order): Promise<Finding | null> {
  const asset = assetOf(context, order)
  const token = tokenOf(context, asset)
  const listed = token && asset !== 'ETH' && asset !== 'BTC' ? listOf(context, asset, token) : null
  if (token && asset === 'USDT' && (await takesFee(context, token))) {
    return { detail: 'the token takes a fee: the payee would receive less', payment: null }
  }
  const ofPayer = listed && (await listed(payer))
  if (ofPayer) return { detail: `the token bars ${payer}, which pays`, payment: null }

  const details = await inTurns(order.payments, AT_ONCE, async (payment) => {
    const refusal = await dryRun(context, payer, token, payment)
    if (refusal !== null || ofPayer !== false) return refusal
    return (await listed?.(payment.to as Address)) ? `the token bars ${payment.to}` : null
  })
  const payment = details.findIndex((detail) => detail !== null)
  const detail = details[payment]
  if (detail === undefined || detail === null) return null
  // A paused token refuses everybody: leaving out one payment after the other would not help.
  const everybody = details.length > 1 && details.every((other) => other !== null)
  return { detail, payment: everybody ? null : payment }
}

async function dryRun(
  context: EvmContext,
  payer: Address,
  token: Address | null,
  payment: Transfer,
): Promise<string | null> {
  const call = token
    ? { from: payer, to: token, data: transferData(payment), ...(payer === context.vault && VAULT_GAS) }
    : { from: payer, to: payment.to, value: `0x${payment.amount.toString(16)}` }
  try {
    const answer = await context.any('eth_call', [call, 'latest'], hex)
    // ERC-20 lets a token say no by returning false instead of reverting.
    return token && answer !== '0x' && BigInt(answer) === 0n ? 'the token returned false' : null
  } catch (error) {
    const detail = revertReason(error)
    if (detail === null) throw error
    return detail
  }
}

/** Asks a token's blacklist; null where it has none. */
function listOf(context: EvmContext, asset: 'USDT' | 'USDC', token: Address) {
  return async (account: Address): Promise<boolean | null> => {
    const answer = await read(context, token, encodeIsListed(asset, account))
    return answer === null ? null : answer === 1n
  }
}

/** Whether Tether's dormant fee is switched on. The contracts on other chains have none and no such function. */
async function takesFee(context: EvmContext, token: Address): Promise<boolean> {
  return ((await read(context, token, encodeRead('basisPointsRate'))) ?? 0n) > 0n
}

async function read(context: EvmContext, to: Address, data: string): Promise<bigint | null> {
  try {
    const answer = await context.any('eth_call', [{ to, data }, 'latest'], hex)
    return answer === '0x' ? null : BigInt(answer)
  } catch (error) {
    if (revertReason(error) === null) throw error
    return null
  }
}
