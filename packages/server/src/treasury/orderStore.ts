import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { LedgerAsset } from '../lib/money.ts'
import { type NewOrder, type OrderKey, type OrderStatus, sourcesOf, type TreasuryOrder } from './order.ts'

const COLUMNS = `livemode, id, kind, venue, client_id, asset, amount, currency, limit_price, network, address, withdraw_key,
  state, sent_at, reference, tx_hash, filled, paid, fee, fee_asset, reason, tries, created_at, ended_at,
  (extract(epoch from clock_timestamp() - sent_at) * 1000)::float8 since_sent_ms`

/** Writes down what will be asked of the exchange. A unique violation: the same is under way already. */
export async function insertOrder(tx: Tx, order: NewOrder): Promise<void> {
  const hedge = order.kind === 'hedge' ? order : null
  const refill = order.kind === 'refill' ? order : null
  await tx.query(
    `insert into treasury_order (livemode, id, kind, venue, client_id, asset, amount, currency, limit_price, network,
       address, withdraw_key) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      order.livemode,
      order.id,
      order.kind,
      order.venue,
      order.client_id,
      order.asset,
      order.amount,
      hedge?.currency ?? null,
      hedge?.limit_price ?? null,
      refill?.network ?? null,
      refill?.address ?? null,
      refill?.withdraw_key ?? null,
    ],
  )
}

/** Takes the order for a while, unless it has ended or someone else holds it. */
export async function leaseOrder(
  sql: Sql,
  ref: OrderKey,
  lease_seconds: number,
): Promise<TreasuryOrder | null> {
  return await maybeOne<TreasuryOrder>(
    sql,
    `update treasury_order set lease_until = now() + $3 * interval '1 second', tries = tries + 1,
       wake_at = now() + $3 * interval '1 second'
     where livemode = $1 and id = $2 and ended_at is null and (lease_until is null or lease_until <= now())
     returning ${COLUMNS}`,
    [ref.livemode, ref.id, lease_seconds],
  )
}

/** Gives the order back, to be looked at again after `delay_ms`. */
export async function releaseOrder(sql: Sql, ref: OrderKey, delay_ms: number): Promise<void> {
  await sql.query(
    `update treasury_order set lease_until = null, wake_at = now() + $3 * interval '1 millisecond'
     where livemode = $1 and id = $2 and ended_at is null`,
    [ref.livemode, ref.id, delay_ms],
  )
}

/** Orders that nobody works on and whose time has come. */
export async function wakingOrders(sql: Sql, limit: number): Promise<OrderKey[]> {
  const { rows } = await sql.query<OrderKey>(
    `select livemode, id from treasury_order where ended_at is null and wake_at <= now()
       and (lease_until is null or lease_until <= now()) order by wake_at limit $1`,
    [limit],
  )
  return rows
}

/** Before the call: from here on it may have an effect. Null: it is not this worker's to make. */
export async function markSent(sql: Sql, ref: OrderKey): Promise<TreasuryOrder | null> {
  return await maybeOne<TreasuryOrder>(
    sql,
    `update treasury_order set state = 'unknown', sent_at = date_trunc('milliseconds', clock_timestamp()), reason = null
     where livemode = $1 and id = $2 and state = 'pending' returning ${COLUMNS}`,
    [ref.livemode, ref.id],
  )
}

export type OrderMove = {
  readonly reference?: string | null
  readonly tx_hash?: string | null
  readonly reason?: string
  readonly filled?: bigint
  readonly paid?: bigint
  readonly fee?: bigint
  readonly fee_asset?: LedgerAsset
}

/**
 * Records what is known now. Null, nothing written: the order is elsewhere by now, or another call for it was begun since
 * `order` was read, and this is not about that one.
 */
export async function moveOrder(
  sql: Sql,
  order: OrderKey & { readonly sent_at: Date | null },
  to: OrderStatus,
  move: OrderMove = {},
): Promise<TreasuryOrder | null> {
  return await maybeOne<TreasuryOrder>(
    sql,
    `update treasury_order set state = $3, tries = case when state = $3 then tries else 0 end,
       reference = coalesce(reference, $6), tx_hash = coalesce($7, tx_hash), reason = $8, filled = coalesce($9, filled),
       paid = coalesce($10, paid), fee = coalesce($11, fee), fee_asset = coalesce($12, fee_asset),
       sent_at = case when $3 = 'pending' then null else sent_at end,
       ended_at = case when $3 in ('done', 'failed') then date_trunc('milliseconds', clock_timestamp()) end,
       lease_until = case when $3 in ('done', 'failed') then null else lease_until end
     where livemode = $1 and id = $2 and state = any ($4) and sent_at is not distinct from $5 returning ${COLUMNS}`,
    [
      order.livemode,
      order.id,
      to,
      sourcesOf(to),
      order.sent_at,
      move.reference ?? null,
      move.tx_hash ?? null,
      move.reason ?? null,
      move.filled ?? null,
      move.paid ?? null,
      move.fee ?? null,
      move.fee_asset ?? null,
    ],
  )
}

export async function findOrder(sql: Sql, ref: OrderKey): Promise<TreasuryOrder | null> {
  return await maybeOne<TreasuryOrder>(
    sql,
    `select ${COLUMNS} from treasury_order where livemode = $1 and id = $2`,
    [ref.livemode, ref.id],
  )
}

/** Those that have not ended, oldest first; or the newest of all. */
export async function listOrders(
  sql: Sql,
  { all, limit }: { all: boolean; limit: number },
): Promise<TreasuryOrder[]> {
  const { rows } = await sql.query<TreasuryOrder>(
    `select ${COLUMNS} from treasury_order where $1 or ended_at is null order by created_at desc, id desc limit $2`,
    [all, limit],
  )
  return rows
}
