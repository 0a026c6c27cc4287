import type { Address, Hex } from 'viem'
import { assert } from '../../../lib/assert.ts'
import type { Crypto } from '../../../lib/money.ts'
import type { Order, Transfer } from '../../chain.ts'
import { batchMax, type EvmContext, payerOf, tokenOf } from './context.ts'
import { encodeTransfer } from './erc20.ts'
import { batchId, encodePay } from './vault.ts'

/** The part of a transaction that says who gets what. `payer` is the account that the money leaves. */
export type OrderCall = {
  readonly payer: Address
  readonly to: Address
  readonly value: bigint
  readonly data: Hex
}

/**
 * The one call that makes all payments of `order`: a send of the coin, `transfer` on the allow-listed contract, or `pay`
 * on the vault, which takes an order once. No payments: nothing, to ourselves.
 */
export async function orderCall(context: EvmContext, order: Order): Promise<OrderCall> {
  const [first] = order.payments
  const wallet = await context.wallet()
  if (!first) return { payer: wallet, to: wallet, value: 0n, data: '0x' }
  assetOf(context, order)
  const token = tokenOf(context, first.asset)
  const payer = await payerOf(context, first.asset)
  if (!token) return { payer, to: first.to as Address, value: first.amount, data: '0x' }
  if (payer === wallet) return { payer, to: token, value: 0n, data: transferData(first) }
  const to = order.payments.map((payment) => payment.to as Address)
  const amounts = order.payments.map(({ amount }) => amount)
  return { payer, to: payer, value: 0n, data: encodePay(batchId(order.id), token, to, amounts) }
}

/** Call data of the token's own `transfer`. */
export function transferData({ to, amount }: Transfer): Hex {
  return encodeTransfer(to as Address, amount)
}

/** The asset that all payments of an order are in. Several assets, too many payments or none are bugs of the caller. */
export function assetOf(context: EvmContext, { payments }: Order): Crypto {
  const [first] = payments
  assert(first, 'an order to pay has payments')
  assert(
    payments.every(({ asset, amount }) => asset === first.asset && amount > 0n),
    'payments of one order are of one asset, and more than nothing each',
  )
  const most = batchMax(context, first.asset)
  assert(payments.length <= most, `${payments.length} payments in one transaction, and ${most} are allowed`)
  return first.asset
}
