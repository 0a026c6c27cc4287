import type { Sql } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'
import type { JobName } from './job.ts'
import { addJob } from './store.ts'

/**
 * Wakes a worker for the row `ref`, at once or after `delay_ms`. Inside a transaction the job exists if and only if the
 * transaction commits. A second call for the same row while the first waits moves it instead of adding another.
 */
export async function enqueue(sql: Sql, name: JobName, ref: Ref, delay_ms = 0): Promise<void> {
  const { merchant_id, livemode, id } = ref
  await addJob(sql, name, JSON.stringify({ merchant_id, livemode, id }), `${name}:${id}`, delay_ms)
}
