import { type Sql, one } from '../db/sql.ts'
import type { Rate } from '../lib/rate.ts'

/** A part of the current window's quota, which now belongs to the process that asked. */
export type Grant = {
  /** How many requests it may admit: what was asked for, or as much of it as was left. */
  readonly granted: number
  /** What is left of the window's quota for everybody. */
  readonly left: number
  /** How long the window lasts from the moment at which the database saw the statement, milliseconds, rounded down. */
  readonly remaining_ms: number
}

// A window that ends later than any can is from a clock that was set back since. The minute is for statements that
// waited for the row: their now() is older than the window that they find.
const RUNNING = `r.window_end > now() and r.window_end < now() + $4 * interval '1 second' + interval '1 minute'`

/**
 * Takes up to `count` requests from the bucket's window, in one statement. A window begins with the first that is taken
 * after the last one ended. `taken` also counts what was asked for and not granted: what stood there before is then
 * known without a second read, and the row's lock makes the statements of all processes come one after the other.
 */
export async function takeFromWindow(sql: Sql, bucket: string, count: number, rate: Rate): Promise<Grant> {
  return await one<Grant>(
    sql,
    `insert into rate_limit as r (bucket, window_end, taken)
     values ($1, now() + $4 * interval '1 second', $2)
     on conflict (bucket) do update set
       window_end = case when ${RUNNING} then r.window_end else excluded.window_end end,
       taken = excluded.taken + case when ${RUNNING} then r.taken else 0 end
     returning greatest(0, least($2, $3 - (taken - $2)))::int granted, greatest(0, $3 - taken)::int "left",
       floor(extract(epoch from window_end - now()) * 1000)::int remaining_ms`,
    [bucket, count, rate.count, rate.seconds],
  )
}

/** Gives one back that was taken for something that need not count after all. */
export async function giveBackToWindow(sql: Sql, bucket: string): Promise<void> {
  await sql.query('update rate_limit set taken = taken - 1 where bucket = $1 and taken > 0', [bucket])
}

/** Forgets windows that ended a while ago. A bucket that is used again meanwhile has moved its row on, and keeps it. */
export async function dropOldWindows(sql: Sql, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from rate_limit where window_end < now() - interval '1 minute' and ctid = any(array(
       select ctid from rate_limit where window_end < now() - interval '1 minute' limit $1
       for update skip locked))`,
    [limit],
  )
  return rowCount ?? 0
}
