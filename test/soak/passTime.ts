import { type Db, inTransaction } from '../../packages/server/src/db/sql.ts'
import { slackAfter } from './judge/pauses.ts'

/**
 * Times that stay. Both of an endpoint only tell when something happened, and a trigger keeps them as they are; tries
 * are history, which nothing compares with the time but their removal after 30 days.
 */
const STAY = ['webhook_endpoint.created_at', 'webhook_endpoint.deleted_at', 'webhook_attempt.*']

/**
 * Lets time pass for webhooks: every stored time that the engine compares with the clock moves back. So retries become
 * due, secrets end, leases run out and endpoints have failed for longer, as if the clock had moved on; the clock itself
 * cannot be moved without moving everything else that runs on it. It asks the schema for the columns, so that one that
 * is added later is not forgotten.
 *
 * No gateway may run meanwhile: it has times of its own in memory, of leases that it has just renewed and of what it
 * fetched last, and these would stay behind.
 */
export async function passTime(db: Db, ms: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { rows } = await tx.query<{ table_name: string; columns: string[] }>(
      `select table_name, array_agg(column_name::text order by ordinal_position) columns
       from information_schema.columns
       where table_schema = 'public' and table_name like 'webhook\\_%' and data_type like 'timestamp%'
         and table_name || '.' || column_name <> all ($1::text[]) and table_name || '.*' <> all ($1::text[])
       group by table_name`,
      [STAY],
    )
    for (const { table_name, columns } of rows) {
      const changes = columns.map((name) => `${name} = ${name} - $1::float8 * interval '1 millisecond'`)
      await tx.query(`update ${table_name} set ${changes.join(', ')}`, [ms])
    }
  })
}

/**
 * How much time may pass in one step, milliseconds: until the first retry has been due for as long as its slack allows.
 * Not above 0 while something waits that was never tried; Infinity when nothing waits.
 * @returns also when that was asked, milliseconds since the epoch
 */
export async function longestStep(db: Db, slack_share: number): Promise<{ ms: number; at: number }> {
  const { rows } = await db.query<{
    asked_at: number
    waiting: { tries: number; due_in_ms: number }[] | null
  }>(
    `select extract(epoch from now())::float8 * 1000 asked_at, json_agg(w) waiting
     from (select tries, extract(epoch from min(wake_at) - now())::float8 * 1000 due_in_ms
       from webhook_delivery where state = 'pending' group by tries) w`,
  )
  const { asked_at: at = Date.now(), waiting } = rows[0] ?? {}
  const steps = (waiting ?? []).map(
    ({ tries, due_in_ms }) => due_in_ms + (tries === 0 ? 0 : slackAfter(tries, slack_share)),
  )
  return { ms: Math.min(...steps), at }
}
