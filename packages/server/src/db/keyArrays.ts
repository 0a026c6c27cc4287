import type { PresentedKey } from '../lib/tenant.ts'
import { bytesArray, numberArray, textArray } from './arrays.ts'

/** Parameters for `unnest($1::int[], $2::text[], $3::bytea[], $4::boolean[]) (n, key_id, secret_hash, livemode)`. */
export function keyArrays(keys: readonly PresentedKey[]): [string, string, string, string] {
  return [
    numberArray(keys.map((_, n) => n)),
    textArray(keys.map((key) => key.id)),
    bytesArray(keys.map((key) => key.secret_hash)),
    `{${keys.map((key) => String(key.livemode)).join(',')}}`,
  ]
}

/** Joins `a (n, key_id, secret_hash, livemode, …)` to the keys that are what they claim, now. */
export const JOIN_VALID_KEY = `join api_key k on k.id = a.key_id and k.secret_hash = a.secret_hash
  and k.livemode = a.livemode and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`
