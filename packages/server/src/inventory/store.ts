import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { newId } from '../lib/ids.ts'
import type { Crypto } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'

/** What one pot of the treasury is: an asset on a network, in one mode. */
export type Pot = { readonly livemode: boolean; readonly network: string; readonly asset: Crypto }

/** Which part of a balance counts. */
export type Trust = {
  /** Share that is never promised, basis points: network fees come out of the same pot where the coin pays them. */
  readonly margin_bps: number
  /** A balance read longer ago than this counts as nothing. Seconds. */
  readonly max_age_seconds: number
}

const POT = 'livemode = $1 and network = $2 and asset = $3'

/**
 * The database's time now, to be given back to `storeBalance` after the chain was asked. Null: the balance was read
 * less than `fresh_ms` ago.
 */
export async function beginRead(sql: Sql, pot: Pot, fresh_ms: number): Promise<Date | null> {
  const row = await maybeOne<{ started: Date }>(
    sql,
    `select clock_timestamp() started where not exists (
       select from inventory where ${POT} and read_at > clock_timestamp() - $4 * interval '1 millisecond')`,
    [pot.livemode, pot.network, pot.asset, fresh_ms],
  )
  return row?.started ?? null
}

/**
 * Stores a balance of the chain's head that was asked for at `started`, unless a later one is known. What became final
 * since then may still be part of it, and is kept apart in `gone`.
 */
export async function storeBalance(tx: Tx, pot: Pot, balance: bigint, started: Date): Promise<void> {
  const key = [pot.livemode, pot.network, pot.asset]
  await openPot(tx, pot)
  // Locked first: whoever consumes a reservation from here on adds it to the `gone` that is written below, and whoever
  // did before is seen by the sum, which is a statement of its own.
  await tx.query(`select from inventory where ${POT} for no key update`, key)
  await tx.query(
    `update inventory i set balance = $4, read_at = $5, gone = (
       select coalesce(sum(r.amount), 0) from inventory_reservation r
       where r.livemode = $1 and r.network = $2 and r.asset = $3 and r.state = 'consumed' and r.ended_at >= $5)
     where ${POT} and read_at < $5`,
    [...key, balance, started],
  )
}

async function openPot(sql: Sql, pot: Pot): Promise<void> {
  await sql.query(
    `insert into inventory (livemode, network, asset, balance, read_at, promised) values ($1, $2, $3, 0, '-infinity', 0)
     on conflict do nothing`,
    [pot.livemode, pot.network, pot.asset],
  )
}

/**
 * Promises `amount` of the pot to a transaction. One conditional update of one row, so that any number of captures at
 * once promise no more than there is. False: not enough is free, and nothing was written.
 */
export async function reserve(
  tx: Tx,
  transaction: Ref,
  pot: Pot,
  amount: bigint,
  { margin_bps, max_age_seconds }: Trust,
): Promise<boolean> {
  const taken = await tx.query(
    `update inventory set promised = promised + $4
     where ${POT} and read_at > clock_timestamp() - $6 * interval '1 second'
       and balance - ceil(balance * $5::int / 10000) - gone - promised >= $4`,
    [pot.livemode, pot.network, pot.asset, amount, margin_bps, max_age_seconds],
  )
  if (taken.rowCount !== 1) return false
  const { rowCount } = await tx.query(
    `insert into inventory_reservation as r
       (merchant_id, livemode, id, transaction_id, network, asset, amount, state, reserved_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'reserved', clock_timestamp())
     on conflict (merchant_id, livemode, transaction_id) do update
       set state = 'reserved', amount = excluded.amount, reserved_at = excluded.reserved_at where r.state = 'wanted'`,
    [
      transaction.merchant_id,
      transaction.livemode,
      newId('inventory_reservation'),
      transaction.id,
      pot.network,
      pot.asset,
      amount,
    ],
  )
  assert(rowCount === 1, 'a transaction reserved inventory twice')
  return true
}

/** How the wait for more inventory stands: just begun, going on, or over. */
export type Waiting = 'begun' | 'waiting' | 'over'

/** Remembers that a transaction waits for the pot to be filled, and for how long already: `wait_seconds` at most. */
export async function want(tx: Tx, transaction: Ref, pot: Pot, wait_seconds: number): Promise<Waiting> {
  await openPot(tx, pot)
  const { rowCount } = await tx.query(
    `insert into inventory_reservation (merchant_id, livemode, id, transaction_id, network, asset, state)
     values ($1, $2, $3, $4, $5, $6, 'wanted') on conflict do nothing`,
    [
      transaction.merchant_id,
      transaction.livemode,
      newId('inventory_reservation'),
      transaction.id,
      pot.network,
      pot.asset,
    ],
  )
  const over = await maybeOne(
    tx,
    `select from inventory_reservation where merchant_id = $1 and livemode = $2 and transaction_id = $3
       and created_at <= clock_timestamp() - $4 * interval '1 second'`,
    [transaction.merchant_id, transaction.livemode, transaction.id, wait_seconds],
  )
  if (over) return 'over'
  return rowCount === 1 ? 'begun' : 'waiting'
}

type Ended = { network: string; asset: Crypto; amount: bigint | null }

/** The promise was kept: the payout is final. The balance as it was last read may still contain it. */
export async function consume(tx: Tx, transaction: Ref): Promise<void> {
  const kept = await end(tx, transaction, 'consumed', ['reserved'])
  if (kept?.amount != null) await change(tx, transaction.livemode, kept, 'gone = gone + $4')
}

/** No capture came of it: what was reserved is free again. Does nothing for a transaction that reserved nothing. */
export async function release(tx: Tx, transaction: Ref): Promise<void> {
  const freed = await end(tx, transaction, 'released', ['wanted', 'reserved'])
  if (freed?.amount != null) await change(tx, transaction.livemode, freed, 'gone = gone')
}

async function end(tx: Tx, transaction: Ref, state: string, from: readonly string[]): Promise<Ended | null> {
  return await maybeOne<Ended>(
    tx,
    `update inventory_reservation set state = $4, ended_at = clock_timestamp()
     where merchant_id = $1 and livemode = $2 and transaction_id = $3 and state = any($5)
     returning network, asset, amount`,
    [transaction.merchant_id, transaction.livemode, transaction.id, state, from],
  )
}

async function change(
  tx: Tx,
  livemode: boolean,
  { network, asset, amount }: Ended,
  also: string,
): Promise<void> {
  await tx.query(`update inventory set promised = promised - $4, ${also} where ${POT}`, [
    livemode,
    network,
    asset,
    amount,
  ])
}

/** A pot as it is known now. `free` may be below zero: coins left the wallet that were promised. */
export type PotState = Pot & {
  readonly balance: bigint
  readonly promised: bigint
  readonly gone: bigint
  readonly free: bigint
  /** Payments that wait for it. */
  readonly waiting: number
  /** When `balance` was asked for; null: never. */
  readonly read_at: Date | null
}

/** One pot as it is known now. Null: it was never read, nor needed. */
export async function findPot(
  sql: Sql,
  { livemode, network, asset }: Pot,
  trust: Pick<Trust, 'margin_bps'>,
): Promise<PotState | null> {
  const pots = await listInventory(sql, trust)
  return (
    pots.find((one) => one.livemode === livemode && one.network === network && one.asset === asset) ?? null
  )
}

/** Every pot that was ever read or needed: a handful. */
export async function listInventory(
  sql: Sql,
  { margin_bps }: Pick<Trust, 'margin_bps'>,
): Promise<PotState[]> {
  const { rows } = await sql.query<PotState>(
    `select livemode, network, asset, balance, promised, gone,
       balance - ceil(balance * $1::int / 10000) - gone - promised free,
       (select count(*)::int from inventory_reservation r where (r.livemode, r.network, r.asset, r.state)
         = (i.livemode, i.network, i.asset, 'wanted')) waiting, nullif(read_at, '-infinity') read_at
     from inventory i order by livemode, network, asset`,
    [margin_bps],
  )
  return rows
}
