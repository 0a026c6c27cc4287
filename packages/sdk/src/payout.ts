import type { Metadata, PayoutCurrency } from './money.ts'

/** States of a payout. `held` waits for a person or for funds; `completed` is final on-chain. */
export type PayoutStatus = 'pending' | 'held' | 'sent' | 'completed' | 'failed'

/** Crypto on its way to the merchant's wallet. */
export type Payout = {
  id: string
  object: 'payout'
  livemode: boolean
  transaction_id: string
  /** Crypto, major units. */
  amount: number
  currency: PayoutCurrency
  /** For example `ethereum`, `base` or `bitcoin`. */
  network: string
  /** The merchant's wallet. */
  address: string
  status: PayoutStatus
  hold_reason: string | null
  /** Hash of the chain transaction that pays. Null until broadcast. */
  tx_hash: string | null
  /** Hashes of every chain transaction tried. At most one of them can ever be mined. */
  attempts: string[]
  confirmations: number
  metadata: Metadata
  created_at: string
  sent_at: string | null
  completed_at: string | null
  failure_reason: string | null
}
