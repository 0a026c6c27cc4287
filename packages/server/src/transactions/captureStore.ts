import { textArray } from '../db/arrays.ts'
import type { Sql } from '../db/sql.ts'
import type { TransactionState } from './transaction.ts'

type Found = { key: string; state: TransactionState }

/** The states of transactions by the acquirer's reference of their payment. */
export async function statesByRef(
  sql: Sql,
  acquirer: string,
  livemode: boolean,
  refs: readonly string[],
): Promise<Map<string, TransactionState>> {
  const { rows } = await sql.query<Found>(
    `select acquirer_ref as key, state from transaction
     where acquirer = $1 and livemode = $2 and acquirer_ref = any ($3::text[])`,
    [acquirer, livemode, textArray(refs)],
  )
  return new Map(rows.map(({ key, state }) => [key, state]))
}

/** The states of transactions by their ids. */
export async function statesById(
  sql: Sql,
  livemode: boolean,
  ids: readonly string[],
): Promise<Map<string, TransactionState>> {
  const { rows } = await sql.query<Found>(
    'select id as key, state from transaction where livemode = $1 and id = any ($2::text[])',
    [livemode, textArray(ids)],
  )
  return new Map(rows.map(({ key, state }) => [key, state]))
}
