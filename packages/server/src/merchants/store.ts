import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'

export type MerchantRow = {
  id: string
  name: string
  email: string
  plan: string
  created_at: Date
  /** Of one mode, only those that are set. */
  wallets: Partial<Record<Crypto, { network: string; address: string }>>
  default_webhook_url: string | null
}

/** The merchant with what it has set in that mode. */
export async function findMerchantRow(sql: Sql, tenant: Tenant): Promise<MerchantRow | null> {
  return await maybeOne<MerchantRow>(
    sql,
    `select m.id, m.name, m.email, m.plan, m.created_at, e.url default_webhook_url,
       (select coalesce(json_object_agg(w.asset, json_build_object('network', w.network, 'address', w.address)
          order by w.asset), '{}')
        from wallet w where w.merchant_id = m.id and w.livemode = $2) wallets
     from merchant m
       left join webhook_endpoint e on e.merchant_id = m.id and e.livemode = $2 and e.is_default
     where m.id = $1`,
    [tenant.merchant_id, tenant.livemode],
  )
}

/** Newest first, over all tenants: only the operator asks this. */
export async function listMerchantRows(
  sql: Sql,
  filter: { email: string | null; starting_after: string | null; limit: number },
): Promise<Pick<MerchantRow, 'id' | 'name' | 'email' | 'plan' | 'created_at'>[]> {
  const { rows } = await sql.query<Pick<MerchantRow, 'id' | 'name' | 'email' | 'plan' | 'created_at'>>(
    `select id, name, email, plan, created_at from merchant
     where ($1::text is null or lower(email) = lower($1)) and ($2::text is null or id < $2)
     order by id desc limit $3`,
    [filter.email, filter.starting_after, filter.limit],
  )
  return rows
}

export async function insertMerchant(
  sql: Sql,
  merchant: { id: string; name: string; email: string; plan: string },
): Promise<void> {
  await sql.query('insert into merchant (id, name, email, plan) values ($1, $2, $3, $4)', [
    merchant.id,
    merchant.name,
    merchant.email,
    merchant.plan,
  ])
}

/** Locks the merchant's row until commit, for all but who only refers to it. False: there is no such merchant. */
export async function lockMerchant(tx: Tx, merchant_id: string): Promise<boolean> {
  const { rowCount } = await tx.query('select from merchant where id = $1 for no key update', [merchant_id])
  return rowCount === 1
}

export async function updatePlan(tx: Tx, merchant_id: string, plan: string): Promise<void> {
  await tx.query('update merchant set plan = $2 where id = $1', [merchant_id, plan])
}

/** Sets or replaces the address for one payout currency. Transactions that exist keep the one they copied. */
export async function upsertWallet(
  tx: Tx,
  tenant: Tenant,
  wallet: { asset: Crypto; network: string; address: string },
): Promise<void> {
  await tx.query(
    `insert into wallet (merchant_id, livemode, asset, network, address) values ($1, $2, $3, $4, $5)
     on conflict (merchant_id, livemode, asset) do update set network = excluded.network, address = excluded.address`,
    [tenant.merchant_id, tenant.livemode, wallet.asset, wallet.network, wallet.address],
  )
}
