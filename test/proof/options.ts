/** How hard a chaos run is. */
export type ChaosOptions = {
  /** Repeats what is drawn by lot. How processes and network take their turns, nothing repeats. */
  readonly seed: string
  readonly payouts: number
  readonly kills: number
  readonly workers: number
  readonly servers: number
  /** Share of the calls to the chain and to the acquirer that meet a fault, 0 to 1. */
  readonly fault_share: number
  /** After how many kills each of these happens again; rollbacks after a number drawn from these two. */
  readonly rhythm: {
    readonly postgres: number
    readonly wipe: number
    readonly rollback: readonly [least: number, most: number]
  }
  readonly block_ms: number
  /** How many payouts each control owes. */
  readonly control_payouts: number
  readonly say: (line: string) => void
  /** Breaks it off. */
  readonly signal: AbortSignal
}

/** `npm run proof`. */
export const LONG = {
  payouts: 300,
  kills: 200,
  workers: 4,
  servers: 2,
  fault_share: 0.2,
  rhythm: { postgres: 25, wipe: 7, rollback: [8, 20] },
  block_ms: 400,
  control_payouts: 200,
} as const

/** The same for `npm test`. */
export const SHORT = {
  ...LONG,
  payouts: 30,
  kills: 15,
  workers: 3,
  servers: 1,
  rhythm: { postgres: 7, wipe: 3, rollback: [4, 6] },
  block_ms: 250,
  control_payouts: 60,
} as const
