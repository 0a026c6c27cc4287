import { type Sql, maybeOne } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { SELECT } from './store.ts'
import type { TransactionRow, TransactionStatus } from './transaction.ts'

export type TransactionFilter = {
  status: TransactionStatus | null
  from: string | null
  to: string | null
  starting_after: string | null
}

const FILTERED = `t.merchant_id = $1 and t.livemode = $2 and ($3::text is null or t.status = $3)
  and ($4::timestamptz is null or t.created_at >= $4) and ($5::timestamptz is null or t.created_at <= $5)`

/** Newest first. Ids are time-ordered, so the primary key is the order. */
export async function listTransactions(
  sql: Sql,
  tenant: Tenant,
  filter: TransactionFilter,
  page: { limit: number; offset: number },
): Promise<TransactionRow[]> {
  const { rows } = await sql.query<TransactionRow>(
    `${SELECT} where ${FILTERED} and ($6::text is null or t.id < $6) order by t.id desc limit $7 offset $8`,
    [
      tenant.merchant_id,
      tenant.livemode,
      filter.status,
      filter.from,
      filter.to,
      filter.starting_after,
      page.limit,
      page.offset,
    ],
  )
  return rows
}

export async function countTransactions(
  sql: Sql,
  tenant: Tenant,
  filter: TransactionFilter,
): Promise<number> {
  const row = await maybeOne<{ total: bigint }>(
    sql,
    `select count(*) total from transaction t where ${FILTERED}`,
    [tenant.merchant_id, tenant.livemode, filter.status, filter.from, filter.to],
  )
  return Number(row?.total ?? 0n)
}
