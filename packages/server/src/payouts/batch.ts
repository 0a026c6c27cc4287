import type { Intent, Transfer } from '../adapters/chain.ts'
import type { Crypto } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'

/**
 * A batch is one transaction on a chain, in one version or several of which the chain can run one: they share a nonce,
 * or coins. reserved: planned, its nonce or coins taken, its payouts tied to it. signed: the bytes of version 1 are
 * stored. broadcast: sent. mined: a version is in a block, which a reorganisation may still undo. final: the block that
 * cannot be undone pays. cancelled: the block that cannot be undone pays nobody, and the payouts wait again.
 */
export type BatchState = 'reserved' | 'signed' | 'broadcast' | 'mined' | 'final' | 'cancelled'

export const BATCH_MOVES: Record<BatchState, readonly BatchState[]> = {
  reserved: ['signed'],
  signed: ['broadcast'],
  broadcast: ['mined', 'final', 'cancelled'],
  mined: ['mined', 'broadcast', 'final', 'cancelled'],
  final: [],
  cancelled: [],
}

/** The states that can move to `to`. */
export function batchSourcesOf(to: BatchState): BatchState[] {
  return (Object.keys(BATCH_MOVES) as BatchState[]).filter((from) => BATCH_MOVES[from].includes(to))
}

/** A batch belongs to a wallet, not to a merchant: it may pay many. */
export type BatchRef = { readonly livemode: boolean; readonly id: string }

/** A row of `payout_batch`. `fee_limit` and `fee` in the smallest unit of the coin that pays for transactions. */
export type BatchRow = BatchRef & {
  network: string
  asset: Crypto
  wallet_address: string
  nonce: bigint | null
  state: BatchState
  payments: number
  total: bigint
  fee_limit: bigint
  confirmations: number
  hold_reason: string | null
  cancel_asked_at: Date | null
  tries: number
  created_at: Date
  sent_at: Date | null
}

/** One line of a batch: which payout it pays. */
export type BatchPayment = Transfer & { readonly line: number; readonly payout: Ref }

/** One version of a batch's transaction. `raw` and `hash` are null until it is signed, and never change after. */
export type ChainTx = {
  readonly version: number
  readonly kind: 'pay' | 'cancel'
  readonly intent: Intent
  readonly raw: string | null
  readonly hash: string | null
  readonly created_at: Date
  /** When the network was first seen to have it. Null: it never was, though another version may be out. */
  readonly broadcast_at: Date | null
}

export type SignedTx = ChainTx & { readonly raw: string; readonly hash: string }

/** Narrows to a version that may be sent. */
export const isSigned = (tx: ChainTx): tx is SignedTx => tx.raw !== null && tx.hash !== null
