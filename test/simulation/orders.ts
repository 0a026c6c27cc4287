import type { Db } from '../../packages/server/src/db/sql.ts'
import type { Crypto } from '../../packages/server/src/lib/money.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'

/** One payment of a run: a merchant of its own with a wallet of its own, so that the chain tells whose a payment is. */
export type Order = {
  readonly name: string
  readonly session: Ref
  readonly asset: Crypto
  readonly network: string
  readonly address: string
  readonly token: string
}

const NETWORKS: Record<string, string> = { USDT: 'ethereum', ETH: 'ethereum', BTC: 'bitcoin' }

/** Stores merchants, wallets and open sessions, as the API would have made them. */
export async function placeOrders(
  db: Db,
  seed: string,
  wanted: readonly { asset: Crypto; token: 'ok' | 'declined' }[],
): Promise<Order[]> {
  const orders = wanted.map(({ asset, token }, n): Order => {
    const merchant_id = `mer_${seed}_${n}`
    return {
      name: `order ${n}`,
      session: { merchant_id, livemode: false, id: `cs_${seed}_${n}` },
      asset,
      network: NETWORKS[asset] ?? '',
      address: `payee_${seed}_${n}`,
      token: `${token}_${seed}_${n}`,
    }
  })
  await db.query(
    `with o as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         o (merchant_id, id, asset, network, address)),
     m as (insert into merchant (id, name, email) select merchant_id, 'shop', 'a@b.co' from o),
     w as (
       insert into wallet (merchant_id, livemode, asset, network, address)
       select merchant_id, false, asset, network, address from o)
     insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, metadata, expires_at)
     select merchant_id, false, id, 10000 + length(id), 'USD', asset, '{}', now() + interval '1 hour' from o`,
    [
      orders.map(({ session }) => session.merchant_id),
      orders.map(({ session }) => session.id),
      orders.map(({ asset }) => asset),
      orders.map(({ network }) => network),
      orders.map(({ address }) => address),
    ],
  )
  return orders
}
