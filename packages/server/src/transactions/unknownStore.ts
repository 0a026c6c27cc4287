import type { Sql } from '../db/sql.ts'
import type { TransactionState } from './transaction.ts'

/** A charge that needs a person: the acquirer does not say what became of a call, and its key is too old to ask again. */
export type UnknownCharge = {
  merchant_id: string
  livemode: boolean
  id: string
  state: TransactionState
  unknown_since: Date
  acquirer: string
  acquirer_ref: string | null
}

/** The charges that need a person, those that have waited longest first. */
export async function listUnknown(sql: Sql, limit: number): Promise<UnknownCharge[]> {
  const { rows } = await sql.query<UnknownCharge>(
    `select merchant_id, livemode, id, state, unknown_since, acquirer, acquirer_ref from transaction
     where unknown_since is not null and state in ('authorizing', 'capturing', 'voiding') order by unknown_since, id limit $1`,
    [limit],
  )
  return rows
}
