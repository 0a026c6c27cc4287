import { assert } from '../../../lib/assert.ts'
import type { Intent, Limits, Order, Planned } from '../../chain.ts'
import type { OrderCall } from './call.ts'
import type { EvmContext } from './context.ts'
import type { Fees } from './fees.ts'

/** An intent of an EVM chain. Its fee is the worst case: all gas, at the most per gas. */
export function draft(
  context: EvmContext,
  { id, payments }: Order,
  { payer, to, value, data }: OrderCall,
  gas: bigint,
  fees: Fees,
): Intent {
  const fields = {
    chain_id: String(context.chain_id),
    gas: String(gas),
    max_fee_per_gas: String(fees.max_fee_per_gas),
    max_priority_fee_per_gas: String(fees.max_priority_fee_per_gas),
    // Not part of the transaction: whose Transfer logs count, also after another vault was configured.
    payer,
    to,
    value: String(value),
    data,
  }
  return { id, payments, fields, coins: [], fee: gas * fees.max_fee_per_gas }
}

/** `intent`, unless it may cost more than the cap or than the wallet's `coin` balance can pay. */
export function affordable(context: EvmContext, intent: Intent, limits: Limits, coin: bigint): Planned {
  const { fee } = intent
  if (fee > limits.fee_cap) {
    const detail = `the transaction may cost ${fee} wei of ${context.coin}, and the cap is ${limits.fee_cap}`
    return { ok: false, reason: 'fee_too_high', detail, payment: null }
  }
  // Nodes refuse a transaction whose sender cannot pay the whole limit, even if it would use less.
  const cost = fee + BigInt(fieldOf(intent, 'value'))
  if (coin >= cost) return { ok: true, intent }
  const detail = `the wallet on ${context.network} holds ${coin} wei of ${context.coin}, needs ${cost} with gas`
  return { ok: false, reason: 'insufficient_treasury', detail, payment: null }
}

/** One field of an intent. That it is missing means that the intent is not of this adapter. */
export function fieldOf({ fields }: Intent, name: string): string {
  const value = fields[name]
  assert(value !== undefined, `the intent has no ${name}`)
  return value
}

/** The fees that an intent was made with. */
export function feesOf(intent: Intent): Fees {
  return {
    max_fee_per_gas: BigInt(fieldOf(intent, 'max_fee_per_gas')),
    max_priority_fee_per_gas: BigInt(fieldOf(intent, 'max_priority_fee_per_gas')),
  }
}
