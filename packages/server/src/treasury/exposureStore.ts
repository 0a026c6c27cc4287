import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import { NOW, scopeValues } from '../ledger/balanceStore.ts'
import type { Crypto, Fiat, LedgerAsset } from '../lib/money.ts'

/** Only one worker at a time decides what to order; held until commit. */
export async function lockPlanning(tx: Tx, livemode: boolean): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtext($1), $2)', ['skiro treasury', livemode ? 1 : 0])
}

/** A hedge that has not ended. */
export type OpenHedge = {
  readonly asset: Crypto
  readonly currency: Fiat
  readonly amount: bigint
  readonly limit_price: bigint
}
export type Exposure = {
  /** What stands in `fx` over all books of the mode, debit positive: coins that are owed and not bought back yet. */
  readonly fx: ReadonlyMap<LedgerAsset, bigint>
  readonly open: readonly OpenHedge[]
}

/** One statement, so one moment: an order that is booked is either open or in the balances, never both or neither. */
export async function readExposure(sql: Sql, livemode: boolean): Promise<Exposure> {
  type Row = {
    asset: LedgerAsset
    currency: Fiat | null
    amount: bigint
    limit_price: bigint | null
  }
  const { rows } = await sql.query<Row>(
    `select asset, null::text currency, sum(amount) amount, null::numeric limit_price
     from (${NOW}) n where account = 'fx' group by asset
     union all
     select asset, currency, amount, limit_price from treasury_order
     where livemode = $2 and kind = 'hedge' and ended_at is null`,
    scopeValues({ livemode }),
  )
  const open = rows.filter((row): row is Row & OpenHedge => row.currency !== null)
  const fx = new Map(rows.filter(({ currency }) => currency === null).map((row) => [row.asset, row.amount]))
  return { fx, open }
}

/** Pairs where an order failed less than so many seconds ago: asking again at once would fail again. */
export async function resting(sql: Sql, livemode: boolean, seconds: number): Promise<Set<string>> {
  const { rows } = await sql.query<{ name: string }>(
    `select asset || ' ' || coalesce(currency, network) as name from treasury_order
     where livemode = $1 and state = 'failed' and ended_at > now() - $2 * interval '1 second'`,
    [livemode, seconds],
  )
  return new Set(rows.map(({ name }) => name))
}

/**
 * Whether coins are on their way to the wallet, or arrived so late that its balance of `read_at` may lack them. Seconds.
 */
export async function refillUnderWay(
  sql: Sql,
  pot: { livemode: boolean; network: string; asset: Crypto },
  read_at: Date,
  settle_seconds: number,
): Promise<boolean> {
  const row = await maybeOne(
    sql,
    `select from treasury_order where livemode = $1 and network = $2 and asset = $3 and kind = 'refill'
       and (ended_at is null or state = 'done' and ended_at > $4::timestamptz - $5 * interval '1 second') limit 1`,
    [pot.livemode, pot.network, pot.asset, read_at, settle_seconds],
  )
  return row !== null
}
