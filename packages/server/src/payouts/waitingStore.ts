import { refArrays } from '../db/refArrays.ts'
import type { Sql } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import type { PayoutState } from './payout.ts'

/** What payouts can share a transaction: one mode, one network, one asset. */
export type Pool = { readonly livemode: boolean; readonly network: string; readonly asset: Crypto }

/** A payout that waits for its batch. */
export type WaitingPayout = Ref & {
  transaction_id: string
  state: PayoutState
  amount: bigint
  asset: Crypto
  address: string
  payout_address_mac: Buffer | null
  hold_reason: string | null
  webhook_url: string | null
  created_at: Date
}

const DUE = `state in ('queued', 'held') and wake_at <= now() and (lease_until is null or lease_until <= now())`

/** Pools in which a payout waits and is due. */
export async function waitingPools(sql: Sql, limit: number): Promise<Pool[]> {
  const { rows } = await sql.query<Pool>(
    `select distinct livemode, network, asset from payout where ${DUE} limit $1`,
    [limit],
  )
  return rows
}

/** The pool of a payout that waits; null when it does not. */
export async function poolOf(sql: Sql, ref: Ref): Promise<Pool | null> {
  const { rows } = await sql.query<Pool>(
    `select livemode, network, asset from payout
     where merchant_id = $1 and livemode = $2 and id = $3 and state in ('queued', 'held')`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
  return rows[0] ?? null
}

/** Takes the payouts of a pool that have waited longest, for a while. Those that another worker has are passed over. */
export async function leaseWaiting(
  sql: Sql,
  { livemode, network, asset }: Pool,
  limit: number,
  lease_seconds: number,
): Promise<WaitingPayout[]> {
  const { rows } = await sql.query<WaitingPayout>(
    `with due as (
       select merchant_id, livemode, id from payout where livemode = $1 and network = $2 and asset = $3 and ${DUE}
       order by created_at, id limit $4 for no key update skip locked)
     update payout p set lease_until = now() + $5 * interval '1 second' from due k
     where p.merchant_id = k.merchant_id and p.livemode = k.livemode and p.id = k.id
     returning p.merchant_id, p.livemode, p.id, p.transaction_id, p.state, p.amount, p.asset, p.address,
       p.payout_address_mac, p.hold_reason,
       p.webhook_url, p.created_at`,
    [livemode, network, asset, limit, lease_seconds],
  )
  return rows.sort((a, b) => a.created_at.getTime() - b.created_at.getTime() || (a.id < b.id ? -1 : 1))
}

/** Gives payouts back that still wait, to be looked at again after `delay_ms`. */
export async function releaseWaiting(sql: Sql, refs: readonly Ref[], delay_ms: number): Promise<void> {
  if (refs.length === 0) return
  await sql.query(
    `update payout p set lease_until = null, wake_at = now() + $4 * interval '1 millisecond'
     from unnest($1::text[], $2::boolean[], $3::text[]) k (merchant_id, livemode, id)
     where p.merchant_id = k.merchant_id and p.livemode = k.livemode and p.id = k.id and p.state in ('queued', 'held')`,
    [...refArrays(refs), delay_ms],
  )
}
