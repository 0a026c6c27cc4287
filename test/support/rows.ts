import { randomBytes } from 'node:crypto'
import { testDatabase } from './database.ts'

// SQLSTATE codes, PostgreSQL's appendix A.
/** A check constraint, or a trigger that stands for one, refuses the row. */
export const BROKEN_RULE = { code: '23514' }
/** A foreign key finds no row. */
export const NO_SUCH_ROW = { code: '23503' }
/** A unique index holds the key already. */
export const TAKEN = { code: '23505' }
/** What was written once cannot be changed. */
export const FIXED = { code: '23001' }
/** The column is computed and cannot be written. */
export const GENERATED = { code: '428C9' }
/** The treasury wallet that `reserved` payouts come from. */
export const HOT_WALLET = '0xhot'

/** Columns to override or add. */
type Change = Record<string, unknown>

/**
 * A database with merchants `mer_1` and `mer_2` and three treasury wallets, and builders of rows for it: plain SQL, as
 * a careless hand at the database would write it, so that nothing but the schema can refuse a row.
 */
export async function rowsDatabase() {
  const database = await testDatabase()
  const { db } = database
  await db.query(
    `insert into merchant (id, name, email) values ('mer_1', 'a', 'a@b.co'), ('mer_2', 'b', 'b@b.co')`,
  )
  await db.query(
    `insert into treasury_wallet (livemode, network, address, next_nonce) values
       (false, 'ethereum', '0xhot', 0), (false, 'ethereum', '0xother', 0), (false, 'base', '0xhot', 0)`,
  )

  let serial = 0
  /** A number that this database has not seen, for ids. */
  const next = () => ++serial

  /** Inserts a row. Returns its id. */
  async function insert(table: string, row: Change): Promise<string> {
    const names = Object.keys(row)
    const slots = names.map((_, index) => `$${index + 1}`)
    await db.query(`insert into ${table} (${names.join()}) values (${slots.join()})`, Object.values(row))
    return String(row.id)
  }

  const update = (table: string, id: string, set: string) =>
    db.query(`update ${table} set ${set} where id = $1`, [id])

  const session = (change: Change = {}) =>
    insert('checkout_session', {
      merchant_id: 'mer_1',
      livemode: false,
      id: `cs_${next()}`,
      amount: 4999n,
      currency: 'USD',
      payout_currency: 'USDT',
      metadata: '{"order_id":"ORD-1"}',
      created_at: '2026-01-01T00:00:00Z',
      expires_at: '2026-01-01T01:00:00Z',
      ...change,
    })

  /** A charge, of a session of its own unless `change` names one. */
  const transaction = async (change: Change = {}) =>
    insert('transaction', {
      merchant_id: 'mer_1',
      livemode: false,
      id: `txn_${next()}`,
      checkout_session_id: change.checkout_session_id ?? (await session()),
      amount: 4999n,
      currency: 'USD',
      fee_bps: 1500,
      fee_amount: 750n,
      spread_bps: 0,
      payout_currency: 'USDT',
      payout_network: 'ethereum',
      payout_address: '0x1',
      acquirer: 'simulator',
      card_token_hash: randomBytes(32),
      metadata: '{}',
      ...change,
    })

  /** A payout in the queue, of a transaction of its own unless `change` names one. */
  const payout = async (change: Change = {}) =>
    insert('payout', {
      merchant_id: 'mer_1',
      livemode: false,
      id: `po_${next()}`,
      transaction_id: change.transaction_id ?? (await transaction()),
      amount: 42_490_000n,
      asset: 'USDT',
      network: 'ethereum',
      address: '0x1',
      metadata: '{}',
      ...change,
    })

  /** A batch for one payout of `payout`'s amount that has its nonce, without its line. */
  const batch = (nonce: bigint, change: Change = {}) =>
    insert('payout_batch', {
      livemode: false,
      id: `pb_${next()}`,
      network: 'ethereum',
      asset: 'USDT',
      wallet_address: HOT_WALLET,
      nonce,
      payments: 1,
      total: 42_490_000n,
      fee_limit: 0n,
      ...change,
    })

  /** A payout's line in a batch. */
  const line = (batch_id: string, payout_id: string, change: Change = {}) =>
    insert('batch_payment', {
      livemode: false,
      batch_id,
      line: 0,
      merchant_id: 'mer_1',
      payout_id,
      network: 'ethereum',
      asset: 'USDT',
      address: '0x1',
      amount: 42_490_000n,
      ...change,
    })

  /** A payout in a batch of its own, which has that nonce and is in `state`. Returns both ids. */
  async function batched(nonce: bigint, change: Change = {}, state = 'reserved') {
    const ended = ['final', 'cancelled'].includes(state)
    const batch_id = await batch(nonce, {
      state,
      ...(ended && { ended_at: '2026-01-01T00:00:00Z', fee: 0n }),
    })
    const id = await payout({ state: 'reserved', batch_id, ...change })
    await line(batch_id, id)
    return { id, batch_id }
  }

  const reserved = async (nonce: bigint, change: Change = {}) => (await batched(nonce, change)).id

  return {
    /** For who opens the same one anew. It is dropped with this. */
    database,
    db,
    url: database.url,
    next,
    insert,
    update,
    session,
    transaction,
    payout,
    batch,
    line,
    batched,
    reserved,
    drop: () => database.drop(),
  }
}
