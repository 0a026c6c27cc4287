import { refArrays } from '../db/refArrays.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import type { BatchRef } from './batch.ts'
import { type PayoutRow, type PayoutState, sourcesOf } from './payout.ts'

/** Payouts with what their batches tell, ready for a `where`. */
export const SELECT = `select p.merchant_id, p.livemode, p.id, p.transaction_id, p.state, p.status, p.amount, p.asset,
    p.network, p.address, p.payout_address_mac, p.batch_id, p.hold_reason, p.failure_reason, b.tx_hash, coalesce(b.confirmations, 0) confirmations,
    p.metadata, p.webhook_url, p.created_at, p.sent_at, p.completed_at,
    array(select x.hash from batch_payment l join chain_tx x on x.livemode = l.livemode and x.batch_id = l.batch_id
      where l.merchant_id = p.merchant_id and l.livemode = p.livemode and l.payout_id = p.id and x.kind = 'pay'
        and x.broadcast_at is not null order by x.created_at, x.version) attempts
  from payout p left join payout_batch b on b.livemode = p.livemode and b.id = p.batch_id`

export type NewPayout = {
  id: string
  transaction_id: string
  amount: bigint
  asset: Crypto
  network: string
  address: string
  payout_address_mac: Buffer | null
  metadata: string
  webhook_url: string | null
}

export async function insertPayout(tx: Tx, tenant: Tenant, payout: NewPayout): Promise<void> {
  await tx.query(
    `insert into payout (merchant_id, livemode, id, transaction_id, amount, asset, network, address, metadata, webhook_url,
       payout_address_mac, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, date_trunc('milliseconds', now()))`,
    [
      tenant.merchant_id,
      tenant.livemode,
      payout.id,
      payout.transaction_id,
      payout.amount,
      payout.asset,
      payout.network,
      payout.address,
      payout.metadata,
      payout.webhook_url,
      payout.payout_address_mac,
    ],
  )
}

/**
 * Records a payout of what a failed one owes, in its place. Null: there is no such payout, or it has not failed. A second
 * one in the place of the same is a unique violation.
 */
export async function insertRetry(tx: Tx, failed: Ref, id: string): Promise<Ref | null> {
  return await maybeOne<Ref>(
    tx,
    `insert into payout (merchant_id, livemode, id, transaction_id, amount, asset, network, address, metadata, webhook_url,
       payout_address_mac, retry_of, created_at)
     select merchant_id, livemode, $4, transaction_id, amount, asset, network, address, metadata, webhook_url,
       payout_address_mac, id, date_trunc('milliseconds', now())
     from payout where merchant_id = $1 and livemode = $2 and id = $3 and state = 'failed'
     returning merchant_id, livemode, transaction_id id`,
    [failed.merchant_id, failed.livemode, failed.id, id],
  )
}

export async function findPayout(sql: Sql, ref: Ref): Promise<PayoutRow | null> {
  return await maybeOne<PayoutRow>(
    sql,
    `${SELECT} where p.merchant_id = $1 and p.livemode = $2 and p.id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}

/** All payouts of a batch, in the order of its lines. */
export async function payoutsOf(sql: Sql, batch: BatchRef): Promise<PayoutRow[]> {
  const { rows } = await sql.query<PayoutRow>(
    `${SELECT} join batch_payment o on o.merchant_id = p.merchant_id and o.livemode = p.livemode and o.payout_id = p.id
     where o.livemode = $1 and o.batch_id = $2 and p.batch_id = $2 order by o.line`,
    [batch.livemode, batch.id],
  )
  return rows
}

/** What changes with a move, of all payouts that make it. */
export type PayoutMove = {
  /** Of payouts that go to `reserved`. */
  readonly batch_id?: string
  readonly hold_reason?: string
  readonly failure_reason?: string
}

/**
 * Moves payouts to `to` from any state that may go there. Returns how many did: fewer than asked for means that someone
 * else was quicker, and the caller's transaction has to roll back. One that is held for that reason already is not moved.
 */
export async function movePayouts(
  tx: Tx,
  refs: readonly Ref[],
  to: PayoutState,
  { batch_id, hold_reason, failure_reason }: PayoutMove = {},
): Promise<number> {
  const { rowCount } = await tx.query(
    `update payout p set state = $4, lease_until = case when $4 in ('queued', 'held') then lease_until end,
       moved_at = case when state <> $4 then clock_timestamp() else moved_at end,
       batch_id = case when $4 = 'queued' then null else coalesce($6, batch_id) end,
       wake_at = case when $4 = 'queued' then now() else wake_at end, hold_reason = $7, failure_reason = $8,
       sent_at = case when $4 in ('broadcast', 'mined') then coalesce(sent_at, date_trunc('milliseconds', now()))
         else sent_at end,
       completed_at = case when $4 = 'final' then date_trunc('milliseconds', now()) else completed_at end
     from unnest($1::text[], $2::boolean[], $3::text[]) k (merchant_id, livemode, id)
     where p.merchant_id = k.merchant_id and p.livemode = k.livemode and p.id = k.id and p.state = any ($5)
       and not (p.state = $4 and p.state = 'held' and p.hold_reason = $7)`,
    [...refArrays(refs), to, sourcesOf(to), batch_id ?? null, hold_reason ?? null, failure_reason ?? null],
  )
  return rowCount ?? 0
}
