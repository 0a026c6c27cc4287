import type { Sql } from '../db/sql.ts'

export type HeldWallet = {
  readonly mode: 'test' | 'live'
  readonly network: string
  readonly address: string
  readonly hold_reason: string
}

/** Hot wallets that pay nothing until a person has looked. */
export async function heldWallets(sql: Sql): Promise<HeldWallet[]> {
  const { rows } = await sql.query<HeldWallet>(
    `select case when livemode then 'live' else 'test' end as mode, network, address, hold_reason
     from treasury_wallet where hold_reason is not null order by livemode, network, address`,
  )
  return rows
}
