import { availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os'
import type { Db } from '../../packages/server/src/db/sql.ts'

/** Where it was measured: one line. */
export async function machineLine(db: Db): Promise<string> {
  const { rows } = await db.query<{ version: string }>("select current_setting('server_version') version")
  const gib = Math.round(totalmem() / 2 ** 30)
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ${gib} GiB, ${platform()}`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${rows[0]?.version}, fsync on`,
  ].join('; ')
}

/** What else ran before the measurement: mean of waiting and running processes over the last minute. */
export function loadBefore(): { load: number; busy: boolean } {
  const [load = 0] = loadavg()
  return { load, busy: load > availableParallelism() / 2 }
}
