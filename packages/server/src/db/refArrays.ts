import type { Ref } from '../lib/tenant.ts'
import { booleanArray, textArray } from './arrays.ts'

/** Parameters for `unnest($1::text[], $2::boolean[], $3::text[]) (merchant_id, livemode, id)`. */
export function refArrays(refs: readonly Ref[]): [string, string, string] {
  return [
    textArray(refs.map(({ merchant_id }) => merchant_id)),
    booleanArray(refs.map(({ livemode }) => livemode)),
    textArray(refs.map(({ id }) => id)),
  ]
}
