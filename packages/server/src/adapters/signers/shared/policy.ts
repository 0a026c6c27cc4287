import { SigningRefused } from '../../signer.ts'

/** The most that may leave, in minor units. Hour and day are the last 60 and 1,440 minutes, not those of a calendar. */
export type Caps = { readonly transaction: bigint; readonly hour: bigint; readonly day: bigint }

/**
 * What a signer signs at most. An asset or coin without caps is not signed for; `null` is no limit at all, for a sandbox.
 */
export type SigningPolicy = {
  /** Of payments, by asset. */
  readonly caps: Readonly<Record<string, Caps>> | null
  /** Of fees, by the coin that pays them, in its smallest unit. */
  readonly fees: Readonly<Record<string, Caps>> | null
}

/** What was signed for in the last hour and day. */
export type Used = { readonly hour: bigint; readonly day: bigint }

/** Names of what is counted: payments of an asset, fees of a coin. */
export const countOf = (asset: string): string => `payments:${asset}`
export const feeCountOf = (coin: string): string => `fees:${coin}`

/** The caps of a count, null when the policy has no limits. @throws SigningRefused when it has, and none for this. */
export function capsOf(policy: SigningPolicy, count: string): Caps | null {
  const [kind, name = ''] = count.split(':')
  const table = kind === 'fees' ? policy.fees : policy.caps
  if (table === null) return null
  const caps = Object.hasOwn(table, name) ? table[name] : undefined
  if (caps) return caps
  throw new SigningRefused('not_allowed', `The signer has no caps for ${kind} of ${name}, so it signs none.`)
}

/**
 * @param payment index of the payment whose amount it is, if it is one's
 * @throws SigningRefused when one transaction moves more than it may
 */
export function checkTransaction(
  policy: SigningPolicy,
  count: string,
  amount: bigint,
  payment: number | null = null,
): void {
  const caps = capsOf(policy, count)
  if (caps === null || amount <= caps.transaction) return
  throw new SigningRefused(
    count.startsWith('fees:') ? 'over_fee_cap' : 'over_transaction_cap',
    `${count} ${amount} are more than one transaction may have: ${caps.transaction}.`,
    payment,
  )
}

/** @throws SigningRefused when `adding` does not fit into what is left of the hour or the day */
export function checkWindows(policy: SigningPolicy, count: string, used: Used, adding: bigint): void {
  const caps = capsOf(policy, count)
  if (caps === null || adding === 0n) return
  for (const window of ['hour', 'day'] as const) {
    if (used[window] + adding <= caps[window]) continue
    throw new SigningRefused(
      `over_${window}_cap`,
      `${count} ${adding} do not fit into the ${window}: ${used[window]} of ${caps[window]} are used.`,
    )
  }
}
