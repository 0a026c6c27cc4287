import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'

/** A hot wallet of ours on one network, in one mode. */
export type WalletKey = { livemode: boolean; network: string; address: string }
export type TreasuryWallet = WalletKey & { next_nonce: bigint; hold_reason: string | null; read_at: Date }

/**
 * Registers the wallet with its first nonce; does nothing when it is known, whatever the chain says now.
 * @param hold_reason why it may not pay yet
 */
export async function registerWallet(
  sql: Sql,
  wallet: WalletKey,
  first_nonce: bigint,
  hold_reason: string | null = null,
): Promise<void> {
  await sql.query(
    `with made as (
       insert into treasury_wallet (livemode, network, address, next_nonce, hold_reason) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning livemode, network, address, next_nonce)
     insert into wallet_skip (livemode, network, address, first_nonce, next_nonce, reason)
     select livemode, network, address, 0, next_nonce, 'before the wallet was registered' from made where next_nonce > 0`,
    [wallet.livemode, wallet.network, wallet.address, first_nonce, hold_reason],
  )
}

/** The wallet. On hold too while its whole mode is. */
export async function findWallet(sql: Sql, wallet: WalletKey): Promise<TreasuryWallet | null> {
  return await maybeOne<TreasuryWallet>(
    sql,
    `select w.livemode, network, address, next_nonce, coalesce(w.hold_reason, g.hold_reason) hold_reason,
       clock_timestamp() read_at
     from treasury_wallet w left join payout_guard g on g.livemode = w.livemode
     where w.livemode = $1 and network = $2 and address = $3`,
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
 * Lets a wallet on hold pay again. Nonces that the chain has consumed and nobody was given, or that a batch was given
 * which was never sent, are written down as used by somebody else: whatever they did, no payout of ours did it. Returns why it was held; null when it was not.
 */
export async function releaseWallet(
  sql: Sql,
  wallet: WalletKey,
  consumed: bigint,
): Promise<{ hold_reason: string } | null> {
  return await maybeOne<{ hold_reason: string }>(
    sql,
    `with held as (
       select hold_reason, next_nonce from treasury_wallet
       where livemode = $1 and network = $2 and address = $3 and hold_reason is not null for update),
     used as (
       select next_nonce first_nonce, $4::numeric next_nonce from held where next_nonce < $4::numeric
       union all
       select b.nonce, b.nonce + 1 from payout_batch b, held
       where b.livemode = $1 and b.network = $2 and b.wallet_address = $3 and b.nonce < $4::numeric
         and b.state in ('reserved', 'signed')),
     skipped as (
       insert into wallet_skip (livemode, network, address, first_nonce, next_nonce, reason)
       select $1, $2, $3, u.first_nonce, u.next_nonce, held.hold_reason from used u, held on conflict do nothing),
     forgotten as (
       delete from treasury_coin using held where livemode = $1 and network = $2 and address = $3)
     update treasury_wallet w set hold_reason = null, next_nonce = greatest(w.next_nonce, $4::numeric) from held
     where w.livemode = $1 and w.network = $2 and w.address = $3 returning held.hold_reason`,
    [wallet.livemode, wallet.network, wallet.address, consumed],
  )
}

/**
 * Takes the next number, for ever: the nonce where the chain has them. Null while the wallet or its mode is on hold. The row stays
 * locked until commit, so that only one batch at a time is promised anything of the wallet.
 */
export async function takeNonce(tx: Tx, wallet: WalletKey): Promise<bigint | null> {
  const row = await maybeOne<{ nonce: bigint }>(
    tx,
    `update treasury_wallet set next_nonce = next_nonce + 1
     where livemode = $1 and network = $2 and address = $3 and hold_reason is null
       and not exists (select from payout_guard g where g.livemode = $1 and g.hold_reason is not null)
     returning next_nonce - 1 nonce`,
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
