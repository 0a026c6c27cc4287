import type { Sql, Tx } from '../db/sql.ts'
import { IN_SCOPE, NOW, type Scope, scopeValues } from './balanceStore.ts'

/**
 * What must hold in the books at any moment, one statement each, so that each is judged at one moment. An empty answer:
 * it holds; at most 100 mismatches are named. Amounts in `detail` are minor units.
 */
export type Mismatch = {
  /** The journal, account, payout or transaction that is wrong. */
  readonly subject: string
  readonly merchant_id: string | null
  readonly livemode: boolean | null
  readonly detail: string
}

/** Lets the transaction see one moment only, for as long as it takes to read everything. Comes before its first query. */
export async function takeSnapshot(tx: Tx): Promise<void> {
  await tx.query('set transaction isolation level repeatable read read only')
  await tx.query('set local statement_timeout = 0')
}

const MOST = 'limit 100'

async function find(sql: Sql, scope: Scope, text: string): Promise<Mismatch[]> {
  const { rows } = await sql.query<Mismatch>(`${text} ${MOST}`, scopeValues(scope))
  return rows
}

/** Each journal sums to zero in each asset. */
export async function unbalancedJournals(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  return await find(
    sql,
    scope,
    `select journal_id subject, merchant_id, livemode, asset || ' sums to ' || sum(amount) detail
     from posting x where ${IN_SCOPE('x')}
     group by merchant_id, livemode, journal_id, asset having sum(amount) <> 0`,
  )
}

/** All postings together sum to zero in each asset and mode. */
export async function unbalancedAssets(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  return await find(
    sql,
    scope,
    `select asset subject, null merchant_id, livemode, asset || ' sums to ' || sum(amount) detail
     from posting x where ${IN_SCOPE('x')} group by livemode, asset having sum(amount) <> 0`,
  )
}

/**
 * Each balance is the sum of its postings. Of a guarded account the balance counts with what has come in, of the others
 * with what is not sealed.
 */
export async function wrongBalances(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  return await find(
    sql,
    scope,
    `with booked as (
       select merchant_id, livemode, account, asset, sum(amount) amount from posting x where ${IN_SCOPE('x')}
       group by 1, 2, 3, 4),
     kept as (select merchant_id, livemode, account, asset, sum(amount) amount from (${NOW}) n group by 1, 2, 3, 4)
     select account || ' ' || asset subject, merchant_id, livemode,
       'the balance says ' || coalesce(k.amount, 0) || ', the postings say ' || coalesce(b.amount, 0) detail
     from booked b full join kept k using (merchant_id, livemode, account, asset)
     where coalesce(k.amount, 0) <> coalesce(b.amount, 0)`,
  )
}

/** No guarded balance is on its wrong side. */
export async function wrongSides(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  return await find(
    sql,
    scope,
    `select account || ' ' || asset subject, merchant_id, livemode, 'is ' || sum(amount) || ', on the wrong side' detail
     from posting x join ledger_account a using (account, asset)
     where ${IN_SCOPE('x')} and a.guard <> 'either'
     group by merchant_id, livemode, account, asset, a.guard
     having case a.guard when 'credit' then sum(amount) > 0 else sum(amount) < 0 end`,
  )
}

/**
 * Of no asset was more paid out than was booked into the wallets. Before it is booked what they held at the beginning, that
 * is not so and means nothing; nor does the share of one merchant, who puts nothing in.
 */
export async function overdrawnWallets(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  if (scope.merchant_id !== undefined) return []
  return await find(
    sql,
    scope,
    `select 'hot_wallet ' || asset subject, null merchant_id, livemode, 'is ' || sum(amount) || ' in all' detail
     from posting x where ${IN_SCOPE('x')} and account = 'hot_wallet' group by livemode, asset
     having sum(amount) < 0 and exists (
       select from posting c join posting w using (merchant_id, livemode, journal_id)
       where c.account = 'capital' and w.account = 'hot_wallet' and c.livemode = x.livemode and w.asset = x.asset)`,
  )
}

/**
 * What is in flight is the sum of the payouts that are: from their reservation until they are final or have failed, or
 * wait again.
 */
export async function wrongInFlight(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  return await find(
    sql,
    scope,
    `with due as (
       select merchant_id, livemode, asset, sum(amount) amount from payout x
       where ${IN_SCOPE('x')} and state in ('reserved', 'signed', 'broadcast', 'mined') group by 1, 2, 3),
     booked as (
       select merchant_id, livemode, asset, -sum(amount) amount from posting x
       where ${IN_SCOPE('x')} and account = 'payout_in_flight' group by 1, 2, 3)
     select 'payout_in_flight ' || asset subject, merchant_id, livemode,
       'payouts say ' || coalesce(d.amount, 0) || ', the ledger says ' || coalesce(b.amount, 0) detail
     from due d full join booked b using (merchant_id, livemode, asset)
     where coalesce(d.amount, 0) <> coalesce(b.amount, 0)`,
  )
}

/**
 * Of every captured payment: gross = payout value + fee + spread + remainder (+ what was kept back), exactly, in the
 * conversion and in the journal of the capture, line by line.
 */
export async function wrongPayments(sql: Sql, scope: Scope = {}): Promise<Mismatch[]> {
  return await find(
    sql,
    scope,
    `select x.id subject, x.merchant_id, x.livemode,
       case when c.id is null then 'captured without a conversion'
         when j.id is null then 'captured without a journal'
         else 'the journal is not what was converted' end detail
     from transaction x
     left join conversion c on c.merchant_id = x.merchant_id and c.livemode = x.livemode and c.transaction_id = x.id
     left join journal j on j.merchant_id = x.merchant_id and j.livemode = x.livemode and j.key = 'capture:' || x.id
     left join lateral (
       select sum(amount) filter (where account = 'acquirer_receivable') gross,
         -sum(amount) filter (where account = 'fee_revenue') fee,
         -sum(amount) filter (where account = 'spread_revenue') spread,
         -sum(amount) filter (where account = 'rounding') remainder,
         -sum(amount) filter (where account = 'merchant_reserve') reserve,
         -sum(amount) filter (where account = 'fx' and asset = x.currency) payout_value,
         -sum(amount) filter (where account = 'merchant_payable' and asset = x.payout_currency) payout
       from posting p where p.merchant_id = x.merchant_id and p.livemode = x.livemode and p.journal_id = j.id) b on true
     where ${IN_SCOPE('x')} and x.captured_at is not null and (
       c.id is null or j.id is null
       or c.gross is distinct from x.amount or b.gross is distinct from x.amount
       or coalesce(b.fee, 0) <> c.fee or coalesce(b.spread, 0) <> c.spread
       or coalesce(b.remainder, 0) <> c.remainder or coalesce(b.payout_value, 0) <> c.payout_value
       or b.payout is distinct from x.payout_amount or c.payout_amount is distinct from x.payout_amount
       or c.gross <> c.payout_value + c.fee + c.spread + c.remainder + coalesce(b.reserve, 0))`,
  )
}
