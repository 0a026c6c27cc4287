import type { Sql, Tx } from '../db/sql.ts'
import type { Asset } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Account } from './account.ts'
import type { Posting } from './posting.ts'

/** Writes a journal and its lines in one statement. */
export async function insertJournal(
  tx: Tx,
  tenant: Tenant,
  id: string,
  key: string,
  lines: readonly Posting[],
): Promise<void> {
  await tx.query(
    `with j as (insert into journal (merchant_id, livemode, id, key) values ($1, $2, $3, $4))
     insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
     select $1, $2, $3, line, account, asset, amount
     from unnest($5::text[], $6::text[], $7::numeric[]) with ordinality l (account, asset, amount, line)`,
    [
      tenant.merchant_id,
      tenant.livemode,
      id,
      key,
      lines.map((line) => line.account),
      lines.map((line) => line.asset),
      lines.map((line) => line.amount.toString()),
    ],
  )
}

export type Balance = { account: Account; asset: Asset; balance: bigint }

/** Sums of all postings per account and asset, over every merchant or one. Debit positive. */
export async function trialBalance(sql: Sql, tenant?: Tenant): Promise<Balance[]> {
  const { rows } = await sql.query<Balance>(
    `select account, asset, sum(amount) balance from posting
     where $1::text is null or (merchant_id = $1 and livemode = $2)
     group by account, asset order by asset, account`,
    [tenant?.merchant_id ?? null, tenant?.livemode ?? null],
  )
  return rows
}
