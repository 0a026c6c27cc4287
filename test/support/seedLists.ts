import { randomBytes } from 'node:crypto'
import type { Db } from '../../packages/server/src/db/sql.ts'
import { ID_PREFIXES, type IdKind, lowestIdAt, newId } from '../../packages/server/src/lib/ids.ts'
import type { Tenant } from '../../packages/server/src/lib/tenant.ts'

/** An id as it would have been made at `ms`. */
export function idAt(kind: IdKind, ms: number): string {
  const at = ID_PREFIXES[kind].length + 10
  return lowestIdAt(kind, ms).slice(0, at) + newId(kind).slice(at)
}

export type SeededSession = {
  created_at: number
  /** By the clock of the process that made it; default `created_at`, which is the database's. */
  id_made_at?: number
  status?: 'pending' | 'completed' | 'failed' | 'expired'
  /** Seconds after it was created. */
  expires_in?: number
  order_id?: string
  transaction_id?: string
}

/** Stores a session of any age, counted as the create statement counts it. Returns its id. */
export async function seedSession(db: Db, tenant: Tenant, session: SeededSession): Promise<string> {
  const { created_at, status = 'pending', expires_in = 3600, order_id } = session
  const id = idAt('checkout_session', session.id_made_at ?? created_at)
  await db.query(
    `with s as (
       insert into checkout_session (merchant_id, livemode, id, status, amount, currency, payout_currency, metadata,
         transaction_id, expires_at, created_at)
       values ($1, $2, $3, $4::text, 4999, 'USD', 'USDT', $5, $6, $7::timestamptz + $8 * interval '1 second', $7)
       returning created_at)
     insert into list_count (merchant_id, livemode, list, word, hour, n)
     select $1, $2, 'checkout_session', $4, date_trunc('hour', created_at, 'UTC'), 1 from s`,
    [
      tenant.merchant_id,
      tenant.livemode,
      id,
      status,
      JSON.stringify(order_id === undefined ? {} : { order_id }),
      session.transaction_id ?? (status === 'completed' ? newId('transaction') : null),
      new Date(created_at),
      expires_in,
    ],
  )
  return id
}

/** Stores an attempt to pay a session, in any state. Returns its id. */
export async function seedTransaction(
  db: Db,
  tenant: Tenant,
  transaction: { created_at: number; session_id?: string; state?: string },
): Promise<string> {
  const { created_at, state = 'declined' } = transaction
  const session_id =
    transaction.session_id ?? (await seedSession(db, tenant, { created_at, status: 'failed' }))
  const id = idAt('transaction', created_at)
  await db.query(
    `insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata, created_at,
       payout_amount, captured_at)
     select $1, $2, $3, $4, $5::text, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1', 'simulator', $6,
       '{"order_id":"ORD-1"}', $7::timestamptz, case when captured then 4249 end, case when captured then $7 end
     from (select $5::text in ('captured', 'paid_out', 'refunded') captured) x`,
    [tenant.merchant_id, tenant.livemode, id, session_id, state, randomBytes(32), new Date(created_at)],
  )
  return id
}

/** Stores a payout that waits, with the transaction that it pays out. Returns its id. */
export async function seedPayout(
  db: Db,
  tenant: Tenant,
  { created_at, state = 'queued' }: { created_at: number; state?: 'queued' | 'held' },
): Promise<string> {
  const transaction_id = await seedTransaction(db, tenant, { created_at, state: 'captured' })
  const id = idAt('payout', created_at)
  await db.query(
    `insert into payout (merchant_id, livemode, id, transaction_id, state, amount, asset, network, address, hold_reason,
       metadata, created_at)
     values ($1, $2, $3, $4, $5, 4249, 'USDT', 'ethereum', '0x1', $6, '{}', $7)`,
    [
      tenant.merchant_id,
      tenant.livemode,
      id,
      transaction_id,
      state,
      state === 'held' ? 'insufficient_treasury' : null,
      new Date(created_at),
    ],
  )
  return id
}
