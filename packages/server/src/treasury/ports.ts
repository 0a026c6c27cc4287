import type { Sql } from '../db/sql.ts'
import type { Crypto, Fiat, Money } from '../lib/money.ts'

/** What a wallet of ours holds and what of it nobody was promised, minor units. */
export type PotFunds = {
  readonly balance: bigint
  readonly promised: bigint
  readonly free: bigint
  readonly read_at: Date | null
}

export type PotKey = { readonly livemode: boolean; readonly network: string; readonly asset: Crypto }

/** What the treasury needs from other domains; `wiring.ts` fills it in. */
export type TreasuryPorts = {
  /** Reads the wallet's balance from the chain, unless that was done a moment ago. */
  refreshPot(pot: PotKey): Promise<void>
  /** As it was last read. Null: never. */
  findPot(sql: Sql, pot: PotKey): Promise<PotFunds | null>
  /** Units of `from`'s currency for one unit of `to` when so much is bought, scaled by RATE_SCALE. Null: no rate now. */
  priceOf(livemode: boolean, from: Money<Fiat>, to: Crypto): Promise<bigint | null>
}
