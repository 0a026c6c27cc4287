import { textArray } from '../db/arrays.ts'
import type { Sql, Tx } from '../db/sql.ts'
import type { BatchRef } from './batch.ts'

/** Takes coins for a batch, for ever. One that another batch has is a unique violation; its own are left as they are. */
export async function reserveCoins(
  tx: Tx,
  { livemode, id }: BatchRef,
  network: string,
  coins: readonly string[],
): Promise<void> {
  if (coins.length === 0) return
  await tx.query(
    `insert into batch_coin (livemode, network, outpoint, batch_id)
     select $1, $2, o.outpoint, $3 from unnest($4::text[]) o (outpoint)
     where not exists (select from batch_coin c
       where c.livemode = $1 and c.network = $2 and c.outpoint = o.outpoint and c.batch_id = $3)`,
    [livemode, network, id, textArray(coins)],
  )
}

/** Which of the coins a batch has taken. */
export async function takenCoins(
  sql: Sql,
  livemode: boolean,
  network: string,
  outpoints: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql.query<{ outpoint: string }>(
    `select outpoint from batch_coin where livemode = $1 and network = $2 and outpoint = any ($3)`,
    [livemode, network, outpoints],
  )
  return new Set(rows.map(({ outpoint }) => outpoint))
}
