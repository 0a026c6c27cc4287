import { type Db, type Sql, inTransaction } from '../../packages/server/src/db/sql.ts'
import { recordEvent } from '../../packages/server/src/events/record.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import type { Merchant } from '../../test/support/world.ts'

/** A transaction as `checkout.completed` shows it: about what most events carry. */
const DATA = {
  id: 'txn_01m8ez6f3k7e61gra11ps3g74y',
  object: 'transaction',
  livemode: false,
  checkout_session_id: 'cs_01m8ez6f3k7e61gra11ps3g74y',
  amount: 49.99,
  currency: 'USD',
  payout_amount: 42.377418,
  payout_currency: 'USDT',
  fee_amount: 7.5,
  status: 'processing',
  customer_email: 'jane@example.com',
  card_brand: 'visa',
  card_last_four: '4242',
  failure_code: null,
  failure_message: null,
  metadata: { order_id: 'ORD-2847', cart: 'winter-sale' },
  payout_id: 'po_01m8ez6f3k7e61gra11ps3g74y',
  amount_refunded: 0,
  paid_out_at: null,
  created_at: '2026-11-22T23:51:30.227Z',
}
const EVENT = { type: 'checkout.completed', object_id: DATA.id, data: DATA, webhook_url: null } as const

/** Points the merchant's default endpoint at the URL. */
export async function addEndpoint(db: Db, { merchant_id }: Merchant, url: string): Promise<void> {
  await db.query('update webhook_endpoint set url = $2 where merchant_id = $1', [merchant_id, url])
}

/** Commits one event. Returns about what is posted for it. */
export async function recordOne(db: Db, merchant_id: string): Promise<string> {
  const id = await inTransaction(db, (tx) => recordEvent(tx, { merchant_id, livemode: false }, EVENT))
  const { type, data } = EVENT
  return JSON.stringify({
    id,
    object: 'event',
    type,
    created_at: DATA.created_at,
    livemode: false,
    sequence: 1,
    data,
  })
}

/** Records many, not published yet. */
export async function recordMany(sql: Sql, merchant_id: string, count: number): Promise<void> {
  await sql.query(
    `insert into event (merchant_id, livemode, id, type, object_id, data)
     select $1, false, id, $2, $3, $4 from unnest($5::text[]) id`,
    [
      merchant_id,
      EVENT.type,
      EVENT.object_id,
      JSON.stringify(DATA),
      Array.from({ length: count }, () => newId('event')),
    ],
  )
}

/** Published events that wait for a receiver that hangs. */
export async function seedWaiting(db: Db, shop: Merchant, url: string, count: number): Promise<void> {
  await addEndpoint(db, shop, url)
  for (let done = 0; done < count; done += 100_000) {
    await db.query(
      `with e as (
         insert into event (merchant_id, livemode, id, sequence, type, object_id, data, fanned_out_at)
         select $1, false, 'evt_waiting' || n, n, $2, $3, $4, now() from generate_series($5::int, $6::int) n
         returning merchant_id, livemode, id, sequence)
       insert into webhook_delivery (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin)
       select e.merchant_id, e.livemode, 'whd_' || substr(e.id, 5), e.id, e.sequence, w.id, w.url, substring(w.url from '^[^/]*//[^/]*')
       from e join webhook_endpoint w on w.merchant_id = e.merchant_id and w.is_default`,
      [
        shop.merchant_id,
        EVENT.type,
        EVENT.object_id,
        JSON.stringify(DATA),
        done + 1,
        Math.min(done + 100_000, count),
      ],
    )
  }
  await db.query(
    `insert into webhook_queue (merchant_id, livemode, endpoint_id, origin, due_at)
     select distinct on (endpoint_id) merchant_id, livemode, endpoint_id, origin, wake_at from webhook_delivery
     where merchant_id = $1`,
    [shop.merchant_id],
  )
  db.wake('skiro_deliveries')
}
