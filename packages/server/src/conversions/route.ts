import type { VenuePair } from '../adapters/venue.ts'
import type { Asset, Crypto, Fiat } from '../lib/money.ts'

/** One exchange on the way: `buy` spends the pair's quote for its base, `sell` gives the base for the quote. */
export type Leg = { readonly pair: VenuePair; readonly side: 'buy' | 'sell' }

/**
 * What lies between a currency and a coin, first choice first. Fewer legs cost less spread. Books in Canadian and
 * Australian dollars are thin, so those go through US dollars where the venue changes them. A stablecoin on the way
 * is priced like anything else, never taken for one dollar. Three legs are for venues whose only book in a currency
 * is a stablecoin's, as USDC-CAD on Coinbase.
 */
const MAJOR: readonly (readonly Asset[])[] = [
  [],
  ['USD'],
  ['USDT'],
  ['USDC'],
  ['USDC', 'USDT'],
  ['USDT', 'USDC'],
]
const MINOR: readonly (readonly Asset[])[] = [
  ['USD'],
  [],
  ['USDC'],
  ['USDT'],
  ['USDC', 'USDT'],
  ['USDT', 'USDC'],
]
const BETWEEN: Record<Fiat, readonly (readonly Asset[])[]> = {
  USD: MAJOR,
  EUR: MAJOR,
  GBP: MAJOR,
  CAD: MINOR,
  AUD: MINOR,
}

/** The legs from `from` to `to` over a venue's own `pairs`, always the same ones. Null when there is no way. */
export function findRoute(pairs: readonly VenuePair[], from: Fiat, to: Crypto): readonly Leg[] | null {
  for (const between of BETWEEN[from]) {
    if (between.includes(from) || between.includes(to)) continue
    const legs = chain(pairs, [from, ...between, to])
    if (legs) return legs
  }
  return null
}

/** What a leg takes and what it gives. */
export function endsOf({ pair, side }: Leg): { readonly takes: Asset; readonly gives: Asset } {
  return side === 'buy' ? { takes: pair.quote, gives: pair.base } : { takes: pair.base, gives: pair.quote }
}

function chain(pairs: readonly VenuePair[], stops: readonly Asset[]): readonly Leg[] | null {
  const legs: Leg[] = []
  for (const [i, gives] of stops.slice(1).entries()) {
    const leg = findLeg(pairs, stops[i], gives)
    if (!leg) return null
    legs.push(leg)
  }
  return legs
}

function findLeg(pairs: readonly VenuePair[], takes: Asset | undefined, gives: Asset): Leg | null {
  for (const pair of pairs) {
    if (pair.quote === takes && pair.base === gives) return { pair, side: 'buy' }
    if (pair.base === takes && pair.quote === gives) return { pair, side: 'sell' }
  }
  return null
}
