import type { ThreeDsWish } from '../adapters/acquirer.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type BrandingRow, NO_BRANDING } from './branding/branding.ts'
import { SELECT_BRANDING } from './branding/brandingStore.ts'

/** Where a payout currency goes. `next`: where it goes from then on; left out when nothing is to change. */
export type MerchantWallet = {
  network: string
  address: string
  next?: { network: string; address: string; effective_at: string }
}

export type MerchantRow = {
  id: string
  name: string
  email: string
  plan: string
  three_ds: ThreeDsWish
  created_at: Date
  /** Of one mode, only those that are set. */
  wallets: Partial<Record<Crypto, MerchantWallet>>
  default_webhook_url: string | null
  /** Of one mode. */
  branding: BrandingRow
}

/** The merchant with what it has set in that mode. */
export async function findMerchantRow(sql: Sql, tenant: Tenant): Promise<MerchantRow | null> {
  const row = await maybeOne<Omit<MerchantRow, 'branding'> & { branding: BrandingRow | null }>(
    sql,
    `select m.id, m.name, m.email, m.plan, m.three_ds, m.created_at, e.url default_webhook_url,
       (select coalesce(json_object_agg(w.asset, json_strip_nulls(json_build_object(
            'network', w.network, 'address', w.address, 'next', case when w.effective_at is not null then
              json_build_object('network', w.next_network, 'address', w.next_address, 'effective_at',
                to_char(w.effective_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end))
          order by w.asset), '{}')
        from current_wallet w where w.merchant_id = m.id and w.livemode = $2) wallets,
       (select to_json(b) from (${SELECT_BRANDING} where merchant_id = m.id and livemode = $2) b) branding
     from merchant m
       left join webhook_endpoint e on e.merchant_id = m.id and e.livemode = $2 and e.is_default
     where m.id = $1`,
    [tenant.merchant_id, tenant.livemode],
  )
  return row && { ...row, branding: row.branding ?? NO_BRANDING }
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

export async function updateThreeDs(tx: Tx, merchant_id: string, three_ds: ThreeDsWish): Promise<void> {
  await tx.query('update merchant set three_ds = $2 where id = $1', [merchant_id, three_ds])
}

export async function updatePlan(tx: Tx, merchant_id: string, plan: string): Promise<void> {
  await tx.query('update merchant set plan = $2 where id = $1', [merchant_id, plan])
}
