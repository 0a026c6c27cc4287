import type { Merchant } from './merchant.ts'

type Value = string | number | boolean | null

/** A field of the merchant object that is another one now, by its path: `wallets.USDT.address`. Null: it was not set. */
export type Change = { readonly field: string; readonly from: Value; readonly to: Value }

/** What differs, in the order of the object's fields. Empty when nothing does. */
export function changesBetween(before: Merchant, after: Merchant): Change[] {
  const [from, to] = [leaves(before), leaves(after)]
  const fields = [...new Set([...from.keys(), ...to.keys()])]
  return fields
    .map((field) => ({ field, from: from.get(field) ?? null, to: to.get(field) ?? null }))
    .filter((change) => change.from !== change.to)
}

function leaves(object: object, path = ''): Map<string, Value> {
  return new Map(
    Object.entries(object).flatMap(([name, value]: [string, object | Value]) =>
      typeof value === 'object' && value !== null
        ? [...leaves(value, `${path}${name}.`)]
        : [[`${path}${name}`, value] as const],
    ),
  )
}
