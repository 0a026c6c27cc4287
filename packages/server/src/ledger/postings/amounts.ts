import { assert } from '../../lib/assert.ts'
import type { LedgerAsset, Money } from '../../lib/money.ts'

/** Nothing, in the same asset. */
export function zero<A extends LedgerAsset>({ asset }: Money<A>): Money<A> {
  return { amount: 0n, asset }
}

/** The sum of amounts of one asset. */
export function plus<A extends LedgerAsset>(a: Money<A>, b: Money<A>): Money<A> {
  assert(a.asset === b.asset, `${a.asset} and ${b.asset} do not add up`)
  return { amount: a.amount + b.amount, asset: a.asset }
}

/** `a − b`, which may be negative. */
export function minus<A extends LedgerAsset>(a: Money<A>, b: Money<A>): Money<A> {
  return plus(a, { amount: -b.amount, asset: b.asset })
}

/** The smaller of two amounts of one asset. */
export function least<A extends LedgerAsset>(a: Money<A>, b: Money<A>): Money<A> {
  return minus(a, b).amount < 0n ? a : b
}
