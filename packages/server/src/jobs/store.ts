import type { Sql } from '../db/sql.ts'
import type { JobName } from './job.ts'

/** Adds a graphile-worker job. One try only: rows carry their own retry time, and the sweep is the safety net. */
export async function addJob(
  sql: Sql,
  name: JobName,
  payload: string,
  key: string,
  delay_ms: number,
): Promise<void> {
  await sql.query(
    `select graphile_worker.add_job($1, $2::json, run_at := now() + $4 * interval '1 millisecond',
       max_attempts := 1, job_key := $3, job_key_mode := 'replace')`,
    [name, payload, key, delay_ms],
  )
}

/** Removes jobs that used up their single try: the row they named is found by the sweep. */
export async function forgetDeadJobs(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ id: string }>(
    `select id::text from graphile_worker.jobs where attempts >= max_attempts and locked_at is null
       and run_at < now() - interval '1 minute' limit 500`,
  )
  if (rows.length === 0) return 0
  await sql.query('select graphile_worker.complete_jobs($1::bigint[])', [rows.map((row) => row.id)])
  return rows.length
}
