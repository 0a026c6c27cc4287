import type { Db } from '../../packages/server/src/db/sql.ts'

/** The values of a checkout_session row that are the same in every insert, as text. */
export type SessionRow = Readonly<Record<(typeof FIXED)[number], string>>

export const FIXED = [
  'merchant_id',
  'livemode',
  'amount',
  'currency',
  'payout_currency',
  'customer_email',
  'metadata',
  'redirect_url',
  'webhook_url',
  'description',
] as const

/** Reads the row that the gateway stored for `id`, so that the peer inserts the very same one. */
export async function readSessionRow(db: Db, id: string): Promise<SessionRow> {
  const { rows } = await db.query<SessionRow>(
    `select ${FIXED.map((column) => `${column}::text`).join(', ')} from checkout_session where id = $1`,
    [id],
  )
  if (!rows[0]) throw new Error(`the gateway stored no session ${id}`)
  return rows[0]
}

/** The peer's statement. `value` names the parameter of a column in the peer's own way, `id` makes the new id. */
export function insertStatement(value: (column: string) => string, id: string): string {
  return `insert into checkout_session (id, ${FIXED.join(', ')}, created_at, expires_at)
values (${id}, ${FIXED.map(value).join(', ')}, now(), now() + interval '3600 seconds')`
}
