import type { Sql } from '../db/sql.ts'

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
