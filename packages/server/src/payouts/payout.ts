import { type Crypto, toJsonNumber } from '../lib/money.ts'

/**
 * queued: owed. held: waits for funds or a person. reserved: has its nonce and its unsigned transaction. signed: its
 * bytes are stored. broadcast: sent. mined: in a block, which a reorganisation may still undo. final: irreversible.
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

/** `mined → broadcast` is a reorganisation. `failed` needs proof: reverted in a final block. */
export const PAYOUT_MOVES: Record<PayoutState, readonly PayoutState[]> = {
  queued: ['held', 'reserved'],
  held: ['held', 'reserved'],
  reserved: ['signed'],
  signed: ['broadcast'],
  broadcast: ['mined', 'final', 'failed'],
  mined: ['mined', 'broadcast', 'final', 'failed'],
  final: [],
  failed: [],
}

/** The states that can move to `to`. */
export function sourcesOf(to: PayoutState): PayoutState[] {
  return (Object.keys(PAYOUT_MOVES) as PayoutState[]).filter((from) => PAYOUT_MOVES[from].includes(to))
}

/** A row of `payout`. `amount` in minor units of `asset`. */
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
  wallet_address: string | null
  nonce: bigint | null
  hold_reason: string | null
  failure_reason: string | null
  tx_hash: string | null
  attempts: string[]
  confirmations: number
  metadata: Record<string, string>
  webhook_url: string | null
  tries: number
  created_at: Date
  sent_at: Date | null
  completed_at: Date | null
}

/** Who is paid, and who vouches for the address: what the signer asks for. */
export function payeeOf({ merchant_id, livemode, payout_address_mac }: PayoutRow) {
  return { merchant_id, livemode, mac: payout_address_mac?.toString('hex') ?? null }
}

/** The payout as the signer is to see it. */
export function orderOf(row: PayoutRow) {
  const { id, asset, address: to, amount } = row
  return { id, payments: [{ asset, to, amount, ...payeeOf(row) }] }
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
