import type { Order } from './orders.ts'

/** Somebody received that much of an asset, in its minor units. */
export type Receipt = { readonly asset: string; readonly to: string; readonly amount: bigint }

/** One payment: what was ordered, what the gateway says of it, and what the others' books say. */
export type Payment = {
  readonly order: Pick<Order, 'asset' | 'cents' | 'key'> & { readonly address: string }
  readonly session: string
  /** What the gateway owes for it, minor units of the asset; null when it knows of no charge. */
  readonly owed: bigint | null
  readonly payout_id: string | null
  /** The gateway's words for it. */
  readonly status: string
  /** Captures in the acquirer's book, cents. */
  readonly captures: readonly number[]
  /** What its address received on the chain. Of coins only their sum is known. */
  readonly received: readonly bigint[]
}

/** What was seen when all was over. */
export type Recording = {
  readonly payments: readonly Payment[]
  /** Sums of the ledger per asset, and per account of those that must be empty. */
  readonly ledger: readonly { readonly what: string; readonly asset: string; readonly total: bigint }[]
  /** Against the chain: by how much the treasury changed there, and in the ledger. */
  readonly treasury: readonly { readonly asset: string; readonly chain: bigint; readonly ledger: bigint }[]
  readonly nonce: { readonly chain: bigint; readonly database: bigint }
  readonly acquirer_adds_up: boolean
  /** Of each merchant: its events in the order of their sequence. */
  readonly events: readonly (readonly {
    readonly sequence: bigint | null
    readonly type: string
    readonly object_id: string
  }[])[]
  /** Log lines of the gateways that tell of a bug. */
  readonly bugs: readonly string[]
}
