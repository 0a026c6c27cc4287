import { maybeOne, type Tx } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { ProvenWallet } from './checkWallet.ts'

/** `next_…` is null when no change is waiting. */
export type WalletRow = {
  network: string
  address: string
  next_network: string | null
  next_address: string | null
}

export async function findWallet(tx: Tx, tenant: Tenant, asset: Crypto): Promise<WalletRow | null> {
  return await maybeOne<WalletRow>(
    tx,
    `select network, address, next_network, next_address from current_wallet
     where merchant_id = $1 and livemode = $2 and asset = $3`,
    [tenant.merchant_id, tenant.livemode, asset],
  )
}

/** Moves an address whose time has come to where it already counts. */
export async function settleWallet(tx: Tx, tenant: Tenant, asset: Crypto): Promise<void> {
  await tx.query(
    `update wallet set network = next_network, address = next_address, mac = next_mac, next_network = null,
       next_address = null, next_mac = null, effective_at = null
     where merchant_id = $1 and livemode = $2 and asset = $3 and effective_at <= now()`,
    [tenant.merchant_id, tenant.livemode, asset],
  )
}

/** Sets or replaces the address that counts now, and drops one that waits. */
export async function upsertWallet(tx: Tx, tenant: Tenant, wallet: ProvenWallet): Promise<void> {
  await tx.query(
    `insert into wallet (merchant_id, livemode, asset, network, address, mac) values ($1, $2, $3, $4, $5, $6)
     on conflict (merchant_id, livemode, asset) do update set network = excluded.network,
       address = excluded.address, mac = excluded.mac, next_network = null, next_address = null, next_mac = null,
       effective_at = null`,
    [tenant.merchant_id, tenant.livemode, wallet.asset, wallet.network, wallet.address, wallet.mac],
  )
}

/** Stores the address that counts in so many seconds. One that waits already gives way. */
export async function setNextWallet(
  tx: Tx,
  tenant: Tenant,
  wallet: ProvenWallet,
  cool_off_seconds: number,
): Promise<void> {
  await tx.query(
    `update wallet set next_network = $4, next_address = $5, next_mac = $6,
       effective_at = date_trunc('milliseconds', now()) + $7 * interval '1 second'
     where merchant_id = $1 and livemode = $2 and asset = $3`,
    [
      tenant.merchant_id,
      tenant.livemode,
      wallet.asset,
      wallet.network,
      wallet.address,
      wallet.mac,
      cool_off_seconds,
    ],
  )
}
