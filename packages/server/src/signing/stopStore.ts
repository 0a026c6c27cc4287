import { maybeOne, type Sql } from '../db/sql.ts'

/** Why nothing of that mode is signed; null: the kill switch is off. */
export async function stopReason(sql: Sql, livemode: boolean): Promise<string | null> {
  const row = await maybeOne<{ reason: string }>(sql, 'select reason from signer_stop where livemode = $1', [
    livemode,
  ])
  return row?.reason ?? null
}

/** From the next signature on, none of that mode is made. Stopped already: the first reason stays. */
export async function stopSigning(sql: Sql, livemode: boolean, reason: string): Promise<void> {
  await sql.query('insert into signer_stop (livemode, reason) values ($1, $2) on conflict do nothing', [
    livemode,
    reason,
  ])
}

/** Takes the stop back. */
export async function startSigning(sql: Sql, livemode: boolean): Promise<void> {
  await sql.query('delete from signer_stop where livemode = $1', [livemode])
}
