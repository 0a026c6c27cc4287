// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.

/** Crypto on its way to your wallet, for one transaction. */
export type Payout = {
  /** Id of the payout. */
  id: string
  /** Which kind of object this is. */
  object: 'payout'
  /** Whether it is about real money: true with live keys, false with test keys. */
  livemode: boolean
  /** The transaction that it pays out. */
  transaction_id: string
  /** What is sent, in units of `currency`. */
  amount: number
  /** The crypto that is sent. */
  currency: 'USDT' | 'USDC' | 'BTC' | 'ETH'
  /** The chain that it is paid on. */
  network: string
  /** The wallet that it is sent to. */
  address: string
  /**
   * `pending`: waits for its turn. `held`: waits for funds or a person. `sent`: on the network, not
   * final yet. `completed`: final. `failed`: provably paid nothing.
   */
  status: 'pending' | 'held' | 'sent' | 'completed' | 'failed'
  /**
   * Why the payout waits. It is tried again by itself; as `contract_elsewhere` it waits for a
   * person, because the address is a contract on another network and nothing on this one.
   */
  hold_reason: string | null
  /** The transaction on the chain; null until it is sent. */
  tx_hash: string | null
  /** Hashes of every transaction that was sent for this payout. */
  attempts: string[]
  /** Blocks on top of it, its own included. */
  confirmations: number
  /** Your own key/value pairs, as strings. */
  metadata: Record<string, string>
  /** When it was made. */
  created_at: string
  /** When it was sent to the network; null until then. */
  sent_at: string | null
  /** When it was final; null until then. */
  completed_at: string | null
  /** What proves that it paid nothing. */
  failure_reason: string | null
}
