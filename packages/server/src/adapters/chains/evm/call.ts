import type { Address, Hex } from 'viem'
import type { Transfer } from '../../chain.ts'
import { type EvmContext, tokenOf } from './context.ts'
import { encodeTransfer } from './erc20.ts'

/** The part of a transaction that says who gets what. */
export type PaymentCall = { readonly to: Address; readonly value: bigint; readonly data: Hex }

/** The one call that makes `transfer`: a plain send of the coin, or `transfer` on the allow-listed contract. */
export function paymentCall(context: EvmContext, { asset, to, amount }: Transfer): PaymentCall {
  const token = tokenOf(context, asset)
  if (!token) return { to: to as Address, value: amount, data: '0x' }
  return { to: token, value: 0n, data: encodeTransfer(to as Address, amount) }
}
