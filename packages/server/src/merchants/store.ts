import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { PresentedKey, Tenant } from '../lib/tenant.ts'

/** The tenant a key belongs to, if it exists, proves itself and is not revoked. One indexed read. */
export async function findKeyTenant(sql: Sql, key: PresentedKey): Promise<Tenant | null> {
  return await maybeOne<Tenant>(
    sql,
    `select merchant_id, livemode from api_key
     where id = $1 and secret_hash = $2 and livemode = $3 and revoked_at is null`,
    [key.id, key.secret_hash, key.livemode],
  )
}

export async function insertMerchant(
  tx: Tx,
  merchant: { id: string; name: string; email: string },
): Promise<void> {
  await tx.query('insert into merchant (id, name, email) values ($1, $2, $3)', [
    merchant.id,
    merchant.name,
    merchant.email,
  ])
}

export async function insertApiKey(
  tx: Tx,
  tenant: Tenant,
  key: { id: string; secret_hash: Buffer; label: string },
): Promise<void> {
  await tx.query(
    'insert into api_key (id, merchant_id, livemode, secret_hash, label) values ($3, $1, $2, $4, $5)',
    [tenant.merchant_id, tenant.livemode, key.id, key.secret_hash, key.label],
  )
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
