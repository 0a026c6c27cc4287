import type { Crypto, Fiat, LedgerAsset } from '../lib/money.ts'

/**
 * pending: no call for it can be under way or have had an effect · unknown: a call was begun, and what came of it is not
 * known · accepted: the exchange has it · manual: a person has to find out; it is still looked for · done, failed: the end.
 */
export type OrderStatus = 'pending' | 'unknown' | 'accepted' | 'manual' | 'done' | 'failed'

export type OrderKey = { readonly livemode: boolean; readonly id: string }

type Base = OrderKey & {
  readonly venue: string
  readonly client_id: string
  readonly asset: Crypto
  /** Minor units: what to buy, or what leaves the exchange, its fee included. */
  readonly amount: bigint
}
export type NewHedge = Base & {
  readonly kind: 'hedge'
  readonly currency: Fiat
  /** The most for one unit, scaled by RATE_SCALE. */
  readonly limit_price: bigint
}
export type NewRefill = Base & {
  readonly kind: 'refill'
  readonly network: string
  readonly address: string
  readonly withdraw_key: string
}
export type NewOrder = NewHedge | NewRefill

type Progress = {
  readonly state: OrderStatus
  readonly sent_at: Date | null
  readonly reference: string | null
  readonly tx_hash: string | null
  readonly filled: bigint | null
  readonly paid: bigint | null
  readonly fee: bigint | null
  readonly fee_asset: LedgerAsset | null
  readonly reason: string | null
  readonly tries: number
  readonly created_at: Date
  readonly ended_at: Date | null
  /** Since the last call was begun, by the database's clock, milliseconds. Null: none was. */
  readonly since_sent_ms: number | null
}
export type HedgeOrder = NewHedge & Progress
export type RefillOrder = NewRefill & Progress
/** One thing asked of an exchange: the record that is written before the call. */
export type TreasuryOrder = HedgeOrder | RefillOrder

/** Where each state may go; the database holds the same table. */
const MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['unknown', 'failed'],
  unknown: ['pending', 'accepted', 'manual', 'done', 'failed'],
  accepted: ['accepted', 'manual', 'done', 'failed'],
  manual: ['manual', 'accepted', 'done', 'failed'],
  done: [],
  failed: [],
}

/** The states that may go to `to`. */
export function sourcesOf(to: OrderStatus): OrderStatus[] {
  return (Object.keys(MOVES) as OrderStatus[]).filter((from) => MOVES[from].includes(to))
}
