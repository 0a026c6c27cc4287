import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'

/** A hot wallet of ours on one network, in one mode. */
export type WalletKey = { livemode: boolean; network: string; address: string }
export type TreasuryWallet = WalletKey & { next_nonce: bigint; hold_reason: string | null; read_at: Date }

/** Registers the wallet with its first nonce; does nothing when it is known, whatever the chain says now. */
export async function registerWallet(sql: Sql, wallet: WalletKey, first_nonce: bigint): Promise<void> {
  await sql.query(
    `insert into treasury_wallet (livemode, network, address, next_nonce) values ($1, $2, $3, $4) on conflict do nothing`,
    [wallet.livemode, wallet.network, wallet.address, first_nonce],
  )
}

export async function findWallet(sql: Sql, wallet: WalletKey): Promise<TreasuryWallet | null> {
  return await maybeOne<TreasuryWallet>(
    sql,
    `select livemode, network, address, next_nonce, hold_reason, clock_timestamp() read_at from treasury_wallet
     where livemode = $1 and network = $2 and address = $3`,
    [wallet.livemode, wallet.network, wallet.address],
  )
}

/** Stops all new payouts from the wallet until a person has looked. */
export async function holdWallet(sql: Sql, wallet: WalletKey, reason: string): Promise<void> {
  await sql.query(
    `update treasury_wallet set hold_reason = coalesce(hold_reason, $4) where livemode = $1 and network = $2 and address = $3`,
    [wallet.livemode, wallet.network, wallet.address, reason],
  )
}

/**
 * Takes the next number, for ever: the nonce where the chain has them. Null while the wallet is on hold. The row stays
 * locked until commit, so that only one batch at a time is promised anything of the wallet.
 */
export async function takeNonce(tx: Tx, wallet: WalletKey): Promise<bigint | null> {
  const row = await maybeOne<{ nonce: bigint }>(
    tx,
    `update treasury_wallet set next_nonce = next_nonce + 1
     where livemode = $1 and network = $2 and address = $3 and hold_reason is null returning next_nonce - 1 nonce`,
    [wallet.livemode, wallet.network, wallet.address],
  )
  return row?.nonce ?? null
}

/**
 * What is promised from the wallet and may still be part of a balance that was read at the chain's head after
 * `balance_after`: everything not yet in a block, and everything that has left that set since.
 * @param with_fees whether the asset pays for transactions, so that what those of all assets may cost is promised too
 */
export async function promised(
  sql: Sql,
  wallet: WalletKey,
  asset: Crypto,
  with_fees: boolean,
  balance_after: Date,
): Promise<bigint> {
  const row = await maybeOne<{ total: bigint }>(
    sql,
    `select coalesce(sum(case when asset = $4 then total else 0 end + case when $5 then fee_limit else 0 end), 0) total
     from payout_batch
     where livemode = $1 and network = $2 and wallet_address = $3 and (asset = $4 or $5)
       and (state in ('reserved', 'signed', 'broadcast') or moved_at >= $6)`,
    [wallet.livemode, wallet.network, wallet.address, asset, with_fees, balance_after],
  )
  return row?.total ?? 0n
}
