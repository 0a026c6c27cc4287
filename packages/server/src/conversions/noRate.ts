import type { Crypto, Fiat } from '../lib/money.ts'

/** Why one venue does not count. */
export type Rejection = {
  readonly venue: string
  readonly reason: RejectReason
  /** For a person: which book, by how much. */
  readonly detail: string
}

/**
 * no_market: it cannot get from the currency to the coin · no_answer: error or timeout · empty, crossed: no usable
 * book · thin: not deep enough for the amount · stale: too old, or from the future · wide: bid and ask too far
 * apart · deviant: too far from the median.
 */
export const REJECT_REASONS = [
  'no_market',
  'no_answer',
  'empty',
  'crossed',
  'thin',
  'stale',
  'wide',
  'deviant',
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/**
 * There is no rate now. `no_quorum`: too few venues agree; ask again later. `too_small`: what is left after the fee
 * buys less than the smallest payable step, now and later. Not a SkiroError: who asks decides what it means.
 */
export class NoRate extends Error {
  override name = 'NoRate'
  readonly code: 'no_quorum' | 'too_small'
  readonly from: Fiat
  readonly to: Crypto
  readonly rejections: readonly Rejection[]

  constructor(code: NoRate['code'], from: Fiat, to: Crypto, rejections: readonly Rejection[] = []) {
    const why = rejections.map(({ venue, reason, detail }) => `${venue} ${reason} (${detail})`).join('; ')
    super(`no rate from ${from} to ${to}: ${code}${why && `: ${why}`}`)
    this.code = code
    this.from = from
    this.to = to
    this.rejections = rejections
  }
}
