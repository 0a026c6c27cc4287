import type { PresentedKey } from '../lib/tenant.ts'

type Asking = { readonly key: PresentedKey }

/**
 * What the requests of a group have in common, numbered: the key that asks, and `word`, such as a currency. A group has
 * few kinds, often one, so that a statement proves each key once and not once per row.
 * @returns the first item of each kind, and for every item the index of its kind
 */
export function numberKinds<Item extends Asking>(
  items: readonly Item[],
  word: (item: Item) => string,
): { kinds: Item[]; kind_of: number[] } {
  // By the key object itself: requests with the same header share one. Two objects for one key only make two kinds.
  const numbers = new Map<PresentedKey, Map<string, number>>()
  const kinds: Item[] = []
  const kind_of = items.map((item) => {
    let of_key = numbers.get(item.key)
    if (!of_key) numbers.set(item.key, (of_key = new Map()))
    let n = of_key.get(word(item))
    if (n === undefined) of_key.set(word(item), (n = kinds.push(item) - 1))
    return n
  })
  return { kinds, kind_of }
}
