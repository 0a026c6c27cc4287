/** A sender as many are: takes events off the queue, keeps them in memory, and posts one after the other. */
import { openDb } from '../../packages/server/src/db/sql.ts'

const [url = '', merchant_id = '', receiver = ''] = process.argv.slice(2)
const db = openDb(url, { max: 1 })
for (;;) {
  const { rows } = await db.query<{ id: string; data: object }>(
    `update event set fanned_out_at = now(), sequence = place where merchant_id = $1 and fanned_out_at is null
     returning id, data`,
    [merchant_id],
  )
  for (const { id, data } of rows) {
    const body = JSON.stringify({ id, type: 'payout.sent', data })
    await fetch(receiver, { method: 'POST', body }).catch(() => {})
  }
}
