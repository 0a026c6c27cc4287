import assert from 'node:assert/strict'
import type { Db } from '../../packages/server/src/db/sql.ts'

/**
 * Asserts over the whole database: every payment that is being captured or waits for its payout has its coins reserved,
 * in full; nothing else has; and each pot's sum is that of its reservations. Returns how many there were.
 */
export async function assertInventory(db: Db): Promise<number> {
  const { rows } = await db.query<{ id: string; state: string; reservation: string | null; right: boolean }>(
    `select t.id, t.state, r.state reservation,
       case when t.state in ('capturing', 'captured') then r.state = 'reserved'
         when t.state = 'paid_out' then r.state = 'consumed'
         when t.state = 'refunded' then r.state in ('consumed', 'released')
         when t.state in ('voided', 'declined') then r.state is null or r.state = 'released'
         when t.state in ('authorized', 'voiding') then r.state is null or r.state = 'wanted'
         else r.state is null end
       and (r.state not in ('reserved', 'consumed') or r.state is null
         or (r.amount, r.network, r.asset) = (c.payout_amount, t.payout_network, t.payout_currency)) is true "right"
     from transaction t
     left join inventory_reservation r on (r.merchant_id, r.livemode, r.transaction_id) = (t.merchant_id, t.livemode, t.id)
     left join conversion c on (c.merchant_id, c.livemode, c.transaction_id) = (t.merchant_id, t.livemode, t.id)`,
  )
  for (const { right, ...row } of rows) assert.ok(right, JSON.stringify(row))
  const { rows: pots } = await db.query<{ asset: string; promised: bigint; sum: bigint }>(
    `select asset, promised, (select coalesce(sum(amount), 0) from inventory_reservation r
       where (r.livemode, r.network, r.asset, r.state) = (i.livemode, i.network, i.asset, 'reserved')) sum
     from inventory i`,
  )
  for (const { asset, promised, sum } of pots) assert.equal(promised, sum, `${asset} promised is not the sum`)
  return rows.filter(({ reservation }) => reservation !== null).length
}

/**
 * Asserts that no payment was priced at another rate than its quote's, and that a quote is bound only while its attempt
 * may still need it. Returns how many quotes were used.
 */
export async function assertQuotes(db: Db): Promise<number> {
  const { rows } = await db.query<{ id: string; state: string; quote: string; right: boolean }>(
    `select t.id, t.state, q.state quote,
       case q.state when 'bound' then t.state in ('authorizing', 'authorized', 'voiding')
         when 'used' then (c.rate, c.payout_amount, c.receipt::text) = (q.rate, q.payout_amount, q.receipt::text)
         else c.id is null end "right"
     from quote q join transaction t on (t.merchant_id, t.livemode, t.id) = (q.merchant_id, q.livemode, q.transaction_id)
     left join conversion c on (c.merchant_id, c.livemode, c.quote_id) = (q.merchant_id, q.livemode, q.id)`,
  )
  for (const { right, ...row } of rows) assert.ok(right, JSON.stringify(row))
  return rows.filter(({ quote }) => quote === 'used').length
}
