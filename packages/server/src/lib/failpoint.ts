/**
 * Named places between two steps of a payment where the crash test ends the process as `kill -9` would.
 * Nothing is armed unless SKIRO_FAILPOINT says so.
 */
let armed: { name: string; kill: () => void } | null = null

export function armFailpoint(name: string, kill: () => void): void {
  armed = { name, kill }
}

/** Ends the process here when this point is armed; otherwise does nothing. */
export function failpoint(name: Failpoint): void {
  if (armed?.name === name) armed.kill()
}

/** In the order in which one payment passes them. */
export const FAILPOINTS = [
  'confirm.recorded',
  'confirm.quoted',
  'authorize.payment_created',
  'authorize.payment_recorded',
  'authorize.answered',
  'authorize.recorded',
  'capture.rate_answered',
  'capture.rate_fixed',
  'capture.answered',
  'capture.recorded',
  'payout.planned',
  'payout.reserved',
  'payout.signed',
  'payout.signature_recorded',
  'payout.broadcast',
  'payout.broadcast_recorded',
  'payout.mined',
  'payout.final',
  'webhook.answered',
] as const

/** Where one goes that takes no money: the card says no, or its reservation is given back. */
export const UNPAID_FAILPOINTS = ['decline.recorded', 'void.recorded', 'void.answered', 'void.ended'] as const

/** Where one goes whose bank asks the customer. */
export const CHALLENGE_FAILPOINTS = ['authorize.challenged'] as const

/** Where a transaction goes that nobody mines. */
export const REPLACED_FAILPOINTS = ['payout.replaced'] as const

/** In the order in which one order of the treasury passes them. */
export const TREASURY_FAILPOINTS = [
  'treasury.planned',
  'treasury.recorded',
  'treasury.answered',
  'treasury.accepted',
  'treasury.found',
  'treasury.booked',
] as const

export const ALL_FAILPOINTS = [
  ...FAILPOINTS,
  ...UNPAID_FAILPOINTS,
  ...CHALLENGE_FAILPOINTS,
  ...REPLACED_FAILPOINTS,
  ...TREASURY_FAILPOINTS,
] as const

export type Failpoint = (typeof ALL_FAILPOINTS)[number]
