import type { Sql } from '../db/sql.ts'
import type { LedgerAsset } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Account, Side } from './account.ts'

/** Whose books: one merchant in one mode, one mode, or all there are. */
export type Scope = { readonly merchant_id?: string | undefined; readonly livemode?: boolean | undefined }

export type Balance = {
  account: Account
  asset: LedgerAsset
  /** Minor units, debit positive. */
  balance: bigint
  /** The side it grows on. */
  normal: Side
}

/** Picks rows of a table `x` by `$1`, a merchant, and `$2`, a mode. Null: all. */
export const IN_SCOPE = (x: string) =>
  `(($1::text is null or ${x}.merchant_id = $1) and ($2::boolean is null or ${x}.livemode = $2))`

export const scopeValues = ({ merchant_id, livemode }: Scope) => [merchant_id ?? null, livemode ?? null]

/** What is kept, and what is not in it yet: one sum over both is what accounts hold now. */
export const NOW = `select merchant_id, livemode, account, asset, amount from ledger_balance x where ${IN_SCOPE('x')}
  union all
  select merchant_id, livemode, account, asset, amount from ledger_incoming x where ${IN_SCOPE('x')}
  union all
  select p.merchant_id, p.livemode, p.account, p.asset, p.amount from journal_unsealed x
  join posting p on p.merchant_id = x.merchant_id and p.livemode = x.livemode and p.journal_id = x.journal_id
  join ledger_account a on a.account = p.account and a.asset = p.asset and a.guard = 'either'
  where not x.is_counted and ${IN_SCOPE('x')}`

/**
 * What every account holds now, per asset: exact at any moment, and as quick for a long history as for a short one.
 * Balances of test and live mode are not added up unless `scope` leaves the mode open.
 */
export async function trialBalance(sql: Sql, scope: Scope = {}): Promise<Balance[]> {
  const { rows } = await sql.query<Balance>(
    `select account, asset, sum(amount) balance, min(a.normal) normal
     from (${NOW}) n join ledger_account a using (account, asset)
     group by account, asset order by asset, account`,
    scopeValues(scope),
  )
  return rows
}

/** What one account of a merchant holds now, in minor units of `asset`, debit positive. */
export async function accountBalance(
  sql: Sql,
  tenant: Tenant,
  account: Account,
  asset: LedgerAsset,
): Promise<bigint> {
  const { rows } = await sql.query<{ balance: bigint }>(
    `select coalesce(sum(amount), 0) balance from (${NOW}) n where account = $3 and asset = $4`,
    [tenant.merchant_id, tenant.livemode, account, asset],
  )
  return rows[0]?.balance ?? 0n
}
