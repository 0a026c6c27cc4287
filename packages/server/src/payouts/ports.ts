import type { Tx } from '../db/sql.ts'
import type { Crypto } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'

/** What a payout needs from other domains; `wiring.ts` fills it in. */
export type PayoutPorts = {
  /** The transaction's crypto is final on-chain. */
  completeTransaction(tx: Tx, transaction: Ref): Promise<void>
  /** Another payout is made of what the transaction owes: it is the one to show. */
  showPayout(tx: Tx, transaction: Ref, payout_id: string): Promise<void>
  /**
   * What the payouts of these transactions are worth in `coin` at today's rates, in its minor units: what a fee may be a
   * share of. Null when there is no rate now.
   */
  worthIn(coin: Crypto, transactions: readonly Ref[]): Promise<bigint | null>
  /**
   * Payments of ours that the acquirer says it captured, in its events after `after`, and that are not here or were not
   * asked to be captured here. `last`: its newest event. @throws ProviderError
   */
  unknownCaptures(
    livemode: boolean,
    after: string | null,
  ): Promise<{ readonly last: string | null; readonly unknown: readonly string[] }>
}
