import { randomBytes } from 'node:crypto'
import { publishAll } from '../../support/deliver.ts'
import type { Context } from '../../../packages/server/src/context.ts'
import { newId } from '../../../packages/server/src/lib/ids.ts'
import type { Tenant } from '../../../packages/server/src/lib/tenant.ts'
import { createKey } from '../../../packages/server/src/merchants/createKey.ts'
import { revokeKey } from '../../../packages/server/src/merchants/revokeKey.ts'
import { setWallet } from '../../../packages/server/src/merchants/setWallet.ts'
import { publishEvents } from '../../../packages/server/src/webhooks/deliveries/publishEvents.ts'
import { newMerchant, WALLET } from '../../support/gatewayContext.ts'
import type { Call } from './call.ts'
import type { Objects } from './walk.ts'

/** Keys of one merchant in one mode, of every sort. */
export type Keys = Record<'full' | 'read' | 'revoked' | 'expired', string>

/** A merchant that can take payments in both modes, and its keys in each. */
export async function newParty(ctx: Context): Promise<{ merchant_id: string; test: Keys; live: Keys }> {
  const { merchant_id } = await newMerchant(ctx)
  const of = async (livemode: boolean) => {
    const tenant = { merchant_id, livemode }
    await setWallet(ctx, tenant, { asset: 'USDT', ...WALLET })
    return await newKeys(ctx, tenant)
  }
  return { merchant_id, test: await of(false), live: await of(true) }
}

/** Keys of every sort for that merchant and mode, the bad ones once good. */
async function newKeys(ctx: Context, tenant: Tenant): Promise<Keys> {
  const make = (label: string, scope: 'full' | 'read' = 'full') =>
    createKey(ctx, tenant, { label, scope, expires_at: null })
  const [revoked, expired] = [await make('revoked'), await make('expired')]
  await revokeKey(ctx, tenant, { id: revoked.id })
  await ctx.db.query(`update api_key set expires_at = now() - interval '1 second' where id = $1`, [
    expired.id,
  ])
  return {
    full: (await make('full')).key,
    read: (await make('read', 'read')).key,
    revoked: revoked.key,
    expired: expired.key,
  }
}

/**
 * One object of every kind, over the API where it makes them. A charge and its payout need a card and a chain, so they
 * are rows as the gateway would have written them.
 */
export async function seedObjects(ctx: Context, call: Call, tenant: Tenant, key: string): Promise<Objects> {
  const post = async (url: string, body: Record<string, unknown>) => {
    const { status, text } = await call({ method: 'POST', url, key, body })
    if (status !== 200 && status !== 201) throw new Error(`POST ${url}: ${status} ${text}`)
    return (JSON.parse(text) as { id: string }).id
  }
  const order_id = `ORD-${randomBytes(8).toString('hex')}`
  const session = (metadata: Record<string, string>) =>
    post('/v1/checkout', { amount: 49.99, currency: 'USD', payout_currency: 'USDT', metadata })
  const checkout_session = await session({ order_id })
  const over = await session({})
  await post(`/v1/checkout/${over}/expire`, {})
  await publishAll(ctx)
  const { rows } = await ctx.db.query<{ id: string }>('select id from event where object_id = $1', [over])
  const event = rows[0]?.id
  if (!event) throw new Error('an expired session made no event')
  const webhook_endpoint = await post('/v1/webhooks', { url: 'https://shop.example/hook' })
  await publishEvents(ctx, tenant)
  await post(`/v1/events/${event}/resend`, { webhook_id: webhook_endpoint })
  const webhook_attempt = await insertTry(ctx, tenant, webhook_endpoint, event)
  const transaction = await insertCharge(ctx, tenant, await session({}))
  const payout = await insertPayout(ctx, tenant, transaction)
  return { checkout_session, order_id, event, webhook_endpoint, webhook_attempt, transaction, payout }
}

async function insertTry(
  ctx: Context,
  { merchant_id, livemode }: Tenant,
  endpoint: string,
  event: string,
): Promise<string> {
  const id = newId('webhook_attempt')
  await ctx.db.query(
    `insert into webhook_attempt (merchant_id, livemode, id, endpoint_id, event_id, url, number, succeeded, status,
       diagnosis, request_headers, latency_ms, created_at)
     values ($1, $2, $3, $4, $5, 'https://shop.example/hook', 1, false, 500, 'it failed', '{}', 12, now())`,
    [merchant_id, livemode, id, endpoint, event],
  )
  return id
}

async function insertCharge(
  ctx: Context,
  { merchant_id, livemode }: Tenant,
  session: string,
): Promise<string> {
  const id = newId('transaction')
  await ctx.db.query(
    `insert into transaction (merchant_id, livemode, id, checkout_session_id, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
     values ($1, $2, $3, $4, 4999, 'USD', 1500, 750, 0, 'USDT', $5, $6, 'simulator', $7, '{}')`,
    [merchant_id, livemode, id, session, WALLET.network, WALLET.address, randomBytes(32)],
  )
  return id
}

async function insertPayout(
  ctx: Context,
  { merchant_id, livemode }: Tenant,
  charge: string,
): Promise<string> {
  const id = newId('payout')
  await ctx.db.query(
    `insert into payout (merchant_id, livemode, id, transaction_id, amount, asset, network, address, metadata)
     values ($1, $2, $3, $4, 42490000, 'USDT', $5, $6, '{}')`,
    [merchant_id, livemode, id, charge, WALLET.network, WALLET.address],
  )
  return id
}

/** Every table with a digest of its rows, without what authentication itself may note. */
export async function digestOf(ctx: Context): Promise<Record<string, string>> {
  const { rows: tables } = await ctx.db.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and table_name <> 'rate_limit' order by 1`,
  )
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    const { rows } = await ctx.db.query<{ digest: string }>(
      `select count(*) || ' rows, ' || coalesce(md5(string_agg(row, chr(10) order by row)), '') digest
       from (select (to_jsonb(t) - 'last_used_at')::text as row from ${name} t) r`,
    )
    digests[name] = rows[0]?.digest ?? ''
  }
  return digests
}
