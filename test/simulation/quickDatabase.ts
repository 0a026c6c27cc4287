import { openDb } from '../../packages/server/src/db/sql.ts'
import { testDatabase } from '../support/database.ts'

/**
 * Of thousands of short lives each statement is planned once, and no commit waits for a disk: PostgreSQL itself does not
 * crash here. Nothing else is different from what the gateway runs on.
 */
const QUICK = '-c synchronous_commit=off -c jit=off -c plan_cache_mode=force_generic_plan'

/** A database of its own for many lives, one after the other. */
export async function quickDatabase() {
  const { db: slow, url, drop } = await testDatabase()
  const db = openDb(`${url}?options=${encodeURIComponent(QUICK)}`, { name: 'simulation' })
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
