import type { Sql } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'

export type PotRow = {
  livemode: boolean
  network: string
  asset: Crypto
  balance: bigint
  promised: bigint
  free: bigint
  age_seconds: number
}

/** Every wallet's balance as it was last read. */
export async function readPots(sql: Sql, margin_bps: number): Promise<PotRow[]> {
  const { rows } = await sql.query<PotRow>(
    `select livemode, network, asset, balance, promised,
       balance - ceil(balance * $1::int / 10000) - gone - promised free,
       extract(epoch from clock_timestamp() - read_at)::float8 age_seconds
     from inventory where read_at > '-infinity'`,
    [margin_bps],
  )
  return rows
}

export type HeldRow = { livemode: boolean; network: string; asset: string; reason: string; payouts: number }

/** Payouts that wait for funds or for a person. */
export async function readHeld(sql: Sql): Promise<HeldRow[]> {
  const { rows } = await sql.query<HeldRow>(
    `select livemode, network, asset, hold_reason reason, count(*)::int payouts from payout where state = 'held'
     group by livemode, network, asset, hold_reason`,
  )
  return rows
}

export type OrdersRow = {
  livemode: boolean
  kind: string
  state: string
  orders: number
  oldest_seconds: number
}

/** Orders of the treasury that have not ended. */
export async function readOrders(sql: Sql): Promise<OrdersRow[]> {
  const { rows } = await sql.query<OrdersRow>(
    `select livemode, kind, state, count(*)::int orders,
       greatest(0, extract(epoch from now() - min(created_at)))::float8 oldest_seconds
     from treasury_order where ended_at is null group by livemode, kind, state`,
  )
  return rows
}

export type HoldRow = { livemode: boolean; network: string; wallets: number }

/** Hot wallets, and how many of them are on hold. */
export async function readHolds(sql: Sql): Promise<HoldRow[]> {
  const { rows } = await sql.query<HoldRow>(
    `select livemode, network, count(hold_reason)::int wallets from treasury_wallet group by livemode, network`,
  )
  return rows
}
