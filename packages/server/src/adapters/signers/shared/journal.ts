import { SigningRefused } from '../../signer.ts'
import type { SigningPolicy } from './policy.ts'

/** One order as it is about to be signed. */
export type SigningEntry = {
  readonly order_id: string
  readonly network: string
  /** Public key of the signer: another key is another wallet. */
  readonly wallet: string
  /** Hash of its payments in their order; null: it cancels. */
  readonly payments: string | null
  readonly slots: readonly string[]
  /** What each slot is said to hold, where slots are coins. */
  readonly coins: readonly { readonly slot: string; readonly amount: bigint }[]
  /** Null: it cancels. */
  readonly paid: Counted | null
  readonly fee: Counted
}

/** What was kept of an order when it was signed first. */
export type SignedOrder = {
  readonly network: string
  readonly wallet: string
  readonly payments: string | null
  /** The slot that all its versions use up, so that only one of them can ever be in a block. */
  readonly anchor: string
  /** The highest fee of a version so far. */
  readonly fee: bigint
}

/** Name of what is counted, and how much of it, in minor units. */
export type Counted = { readonly count: string; readonly amount: bigint }

/** Remembers what was signed, across restarts. */
export interface SigningJournal {
  /** Why nothing is signed now; null: the kill switch is off. */
  stopped(): Promise<string | null>
  /**
   * Whether an order would fit. One that was signed before is counted already. Writes nothing.
   * @throws SigningRefused when it does not fit into what is left of the hour or the day
   */
  checkRoom(order_id: string, adding: Counted, policy: SigningPolicy): Promise<void>
  /**
   * Writes the order down, on disk before it resolves, and counts it. A later version counts only what its fee is higher.
   * @throws SigningRefused when the order or its slot was signed for something else, a coin is said to hold
   * something else than before, or a cap of hour or day is reached
   */
  claim(entry: SigningEntry, policy: SigningPolicy): Promise<void>
}

/** @throws SigningRefused unless `entry` is another version of the order that was signed as `before` */
export function checkVersion(before: SignedOrder, entry: SigningEntry): void {
  const wrong = (what: string) =>
    new SigningRefused('signed_before', `The order ${entry.order_id} was signed before, ${what}.`)
  if (before.network !== entry.network) throw wrong(`on ${before.network}`)
  if (before.wallet !== entry.wallet) throw wrong(`by another wallet, ${before.wallet}`)
  if (!entry.slots.includes(before.anchor)) throw wrong(`with ${before.anchor}: both could be paid`)
  if (entry.payments !== null && before.payments !== entry.payments) throw wrong('with other payments')
}

/** @throws SigningRefused: the slot belongs to another order */
export function slotTaken(entry: SigningEntry, by: string): SigningRefused {
  return new SigningRefused('signed_before', `${entry.slots[0]} of ${entry.network} was signed for ${by}.`)
}

/** Somebody says something else than before about what a coin holds. */
export function otherAmount(entry: SigningEntry, slot: string): SigningRefused {
  return new SigningRefused(
    'signed_before',
    `The coin ${slot} of ${entry.network} was said to hold another amount before.`,
  )
}
