import { READ_COLUMNS } from '../../packages/server/src/checkout/store.ts'
import type { SessionRow } from '../../packages/server/src/checkout/session.ts'
import { type Sql, maybeOne } from '../../packages/server/src/db/sql.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'

/** Reads a session the plain way, one row by its key, to compare with what the gateway's grouped reads say. */
export async function findSession(sql: Sql, ref: Ref): Promise<SessionRow | null> {
  return await maybeOne<SessionRow>(
    sql,
    `select ${READ_COLUMNS} from checkout_session s where s.merchant_id = $1 and s.livemode = $2 and s.id = $3`,
    [ref.merchant_id, ref.livemode, ref.id],
  )
}
