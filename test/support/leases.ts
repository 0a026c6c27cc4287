import assert from 'node:assert/strict'
import { LEASE_LEAST_SECONDS } from '../../packages/server/src/webhooks/deliveries/dispatcher.ts'
import type { Db } from '../../packages/server/src/db/sql.ts'

/**
 * What a killed process held is free again, and looked at again, by the end of a lease: in every table that has leases,
 * also in those to come.
 */
export async function assertFreeWithin(db: Db, lease_seconds: number): Promise<void> {
  const { rows: tables } = await db.query<{ name: string; has_wake: boolean }>(
    `select table_name::text name, exists (select from information_schema.columns w
       where w.table_schema = 'public' and w.table_name = c.table_name and w.column_name = 'wake_at') has_wake
     from information_schema.columns c where c.table_schema = 'public' and c.column_name = 'lease_until'`,
  )
  assert.ok(tables.length >= 5, 'leases are not where they were')
  for (const { name, has_wake } of tables) {
    const longest = name === 'webhook_queue' ? Math.max(lease_seconds, LEASE_LEAST_SECONDS) : lease_seconds
    const { rows } = await db.query(
      `select lease_until from ${name} where lease_until > now() + $1 * interval '1 second'
         ${has_wake ? `or lease_until > now() and wake_at > now() + $1 * interval '1 second'` : ''}`,
      [longest],
    )
    assert.deepEqual(rows, [], `${name}: held for longer than a lease`)
  }
}
