import type { Coin } from '../adapters/chain.ts'
import { numberArray, textArray } from '../db/arrays.ts'
import { type Sql, one } from '../db/sql.ts'
import type { WalletKey } from './treasuryStore.ts'

/** Writes down coins that are in final blocks, and forgets those that batches have taken. Returns how many were new. */
export async function rememberCoins(sql: Sql, wallet: WalletKey, coins: readonly Coin[]): Promise<number> {
  const key = [wallet.livemode, wallet.network, wallet.address]
  const { rowCount } = await sql.query(
    `insert into treasury_coin (livemode, network, address, outpoint, amount)
     select $1, $2, $3, outpoint, amount from unnest($4::text[], $5::numeric[]) c (outpoint, amount)
     where not exists (select from batch_coin b where b.livemode = $1 and b.network = $2 and b.outpoint = c.outpoint)
     on conflict do nothing`,
    [
      ...key,
      textArray(coins.map(({ outpoint }) => outpoint)),
      numberArray(coins.map(({ amount }) => amount)),
    ],
  )
  await sql.query(
    `delete from treasury_coin c using batch_coin b where c.livemode = $1 and c.network = $2 and c.address = $3
       and b.livemode = c.livemode and b.network = c.network and b.outpoint = c.outpoint`,
    key,
  )
  return rowCount ?? 0
}

/** Coins that the wallet had, that no batch has taken, and that are not among `unspent`: somebody else spent them. */
export async function missingCoins(sql: Sql, wallet: WalletKey, unspent: readonly Coin[]): Promise<string[]> {
  const { rows } = await sql.query<{ outpoint: string }>(
    `select outpoint from treasury_coin c where livemode = $1 and network = $2 and address = $3
       and outpoint <> all ($4::text[])
       and not exists (select from batch_coin b
         where b.livemode = c.livemode and b.network = c.network and b.outpoint = c.outpoint)
     order by outpoint`,
    [wallet.livemode, wallet.network, wallet.address, textArray(unspent.map(({ outpoint }) => outpoint))],
  )
  return rows.map(({ outpoint }) => outpoint)
}

/** Notes a block at which coins were read. Returns the highest one so far, this one included. */
export async function highestBlock(sql: Sql, wallet: WalletKey, block: bigint): Promise<bigint> {
  const { seen_block } = await one<{ seen_block: bigint }>(
    sql,
    `update treasury_wallet set seen_block = greatest(seen_block, $4::numeric)
     where livemode = $1 and network = $2 and address = $3 returning seen_block`,
    [wallet.livemode, wallet.network, wallet.address, block],
  )
  return seen_block
}
