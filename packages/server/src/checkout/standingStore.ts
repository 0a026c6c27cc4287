import { type Sql, maybeOne } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'

/** How a session stands, in a few words that are others as soon as the page has something to show. */
export type Standing = { id: string; standing: string; is_paid: boolean }

/** All of them at once: what a page costs that only waits must not grow with the number of pages. */
export async function standingsOf(sql: Sql, ids: readonly string[]): Promise<Standing[]> {
  const { rows } = await sql.query<Standing>(
    `select s.id, s.status = 'completed' is_paid,
       concat_ws(' ', s.status, s.status = 'pending' and s.expires_at <= now(), s.expires_at, t.id, t.state, t.action) standing
     from checkout_session s left join lateral (
       select t.id, t.state, t.action from transaction t
       where t.merchant_id = s.merchant_id and t.livemode = s.livemode and t.checkout_session_id = s.id
       order by t.id desc limit 1) t on true
     where s.id = any($1)`,
    [ids],
  )
  return rows
}

/** A session that can be paid now, the one with the most time left; null when there is none. For looking at pages. */
export async function newestOpenSession(sql: Sql): Promise<Ref | null> {
  return await maybeOne<Ref>(
    sql,
    `select merchant_id, livemode, id from checkout_session
     where status = 'pending' and expires_at > now() order by expires_at desc limit 1`,
    [],
  )
}
