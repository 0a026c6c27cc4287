import type { Tx } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'

/** What a payout needs from other domains; `app.ts` fills it in. */
export type PayoutPorts = {
  /** The transaction's crypto is final on-chain. */
  completeTransaction(tx: Tx, transaction: Ref): Promise<void>
}
