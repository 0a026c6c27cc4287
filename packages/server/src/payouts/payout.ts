import type { Transfer } from '../adapters/chain.ts'
import { type Crypto, toJsonNumber } from '../lib/money.ts'

/**
 * queued: owed. held: waits for funds or a person. From `reserved` on it is where its batch is (`batch.ts`): its
 * transaction is planned, signed, sent, in a block which a reorganisation may still undo, and final: irreversible.
 */
export type PayoutState =
  | 'queued'
  | 'held'
  | 'reserved'
  | 'signed'
  | 'broadcast'
  | 'mined'
  | 'final'
  | 'failed'
/** What the API shows of a state. */
export const PAYOUT_STATUSES = ['pending', 'held', 'sent', 'completed', 'failed'] as const
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number]

/**
 * `mined → broadcast` is a reorganisation. `failed` needs proof: its payment did not happen in a final block. Back to
 * `queued` it comes only when its batch was cancelled, which needs a final block as well.
 */
export const PAYOUT_MOVES: Record<PayoutState, readonly PayoutState[]> = {
  queued: ['held', 'reserved'],
  held: ['held', 'reserved'],
  reserved: ['signed'],
  signed: ['broadcast'],
  broadcast: ['mined', 'final', 'failed', 'queued'],
  mined: ['broadcast', 'final', 'failed', 'queued'],
  final: [],
  failed: [],
}

/** The states that can move to `to`. */
export function sourcesOf(to: PayoutState): PayoutState[] {
  return (Object.keys(PAYOUT_MOVES) as PayoutState[]).filter((from) => PAYOUT_MOVES[from].includes(to))
}

/** A row of `payout` with what is shown of its batch. `amount` in minor units of `asset`. */
export type PayoutRow = {
  merchant_id: string
  livemode: boolean
  id: string
  transaction_id: string
  state: PayoutState
  status: PayoutStatus
  amount: bigint
  asset: Crypto
  network: string
  address: string
  /** Who vouched for the address: see lib/addressMac.ts. */
  payout_address_mac: Buffer | null
  batch_id: string | null
  hold_reason: string | null
  failure_reason: string | null
  tx_hash: string | null
  attempts: string[]
  confirmations: number
  metadata: Record<string, string>
  webhook_url: string | null
  created_at: Date
  sent_at: Date | null
  completed_at: Date | null
}

/** The payment that a payout owes, with what the signer asks for: who vouches for the address. */
export function paymentOf(
  payout: Pick<PayoutRow, 'merchant_id' | 'livemode' | 'asset' | 'address' | 'amount' | 'payout_address_mac'>,
): Transfer {
  const { merchant_id, livemode, asset, address, amount, payout_address_mac } = payout
  const payee = { merchant_id, livemode, mac: payout_address_mac?.toString('hex') ?? null }
  return { asset, to: address, amount, payee }
}

/** The payout object of the API. */
export function renderPayout(row: PayoutRow) {
  return {
    id: row.id,
    object: 'payout' as const,
    livemode: row.livemode,
    transaction_id: row.transaction_id,
    amount: toJsonNumber({ amount: row.amount, asset: row.asset }),
    currency: row.asset,
    network: row.network,
    address: row.address,
    status: row.status,
    hold_reason: row.hold_reason,
    tx_hash: row.tx_hash,
    attempts: row.attempts,
    confirmations: row.confirmations,
    metadata: row.metadata,
    created_at: row.created_at.toISOString(),
    sent_at: row.sent_at?.toISOString() ?? null,
    completed_at: row.completed_at?.toISOString() ?? null,
    failure_reason: row.failure_reason,
  }
}
