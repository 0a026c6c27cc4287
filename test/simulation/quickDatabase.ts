import { openDb } from '../../packages/server/src/db/sql.ts'
import { testDatabase } from '../support/database.ts'

/**
 * Of thousands of short lives each statement is planned once, and no commit waits for a disk: PostgreSQL itself does not
 * crash here. Planned while the tables are empty, it would read each of them whole for ever, so the planner is told what
 * statistics tell it in production: that a key is looked up in its index. Nothing else is different from what the gateway
 * runs on.
 */
const QUICK = [
  ...['synchronous_commit=off', 'jit=off', 'plan_cache_mode=force_generic_plan'],
  ...['enable_seqscan=off', 'enable_hashjoin=off', 'enable_mergejoin=off', 'enable_bitmapscan=off'],
]

/** A database of its own for many lives, one after the other. */
export async function quickDatabase() {
  const { db: slow, url, drop } = await testDatabase()
  const quick = new URL(url)
  quick.searchParams.set('options', QUICK.map((setting) => `-c ${setting}`).join(' '))
  // Half a million short answers: through TCP each of them costs as much as some of the statements do.
  const { SKIRO_TEST_PG_SOCKET: socket } = process.env
  if (socket) quick.searchParams.set('host', socket)
  const db = openDb(quick.href, { name: 'simulation' })
  return {
    db,
    /** For few statements that read much. */
    slow,
    async drop() {
      await db.pool.end()
      await drop()
    },
  }
}
