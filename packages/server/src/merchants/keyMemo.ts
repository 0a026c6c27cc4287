import type { PresentedKey } from '../lib/tenant.ts'
import { parseApiKey } from './apiKey.ts'

const GENERATION_MAX = 1000

// Two generations instead of a list of uses: a hit in the young one, which is nearly every hit, moves nothing.
let young = new Map<string, PresentedKey>()
let old = new Map<string, PresentedKey>()

/**
 * What `parseApiKey` reads in the header, remembered for the last 1,000 to 2,000 keys, because reading and hashing it
 * is a good part of a create. It is a pure function of the header: it never says whether the key is valid, which the
 * database is asked each time, so that a revoked key stops at once. Headers stay readable in this process's memory
 * meanwhile; every request carries one through the same memory, and nothing here is written, logged or sent.
 */
export function memoParseApiKey(authorization: string | undefined): PresentedKey | null {
  if (authorization === undefined) return null
  const known = young.get(authorization)
  if (known) return known
  const key = old.get(authorization) ?? parseApiKey(authorization)
  // What is not shaped like a key costs no hash, and must not push out those that are.
  if (!key) return null
  if (young.size >= GENERATION_MAX) {
    old = young
    young = new Map()
  }
  young.set(authorization, key)
  return key
}

/** How many headers are remembered. */
export function memoSize(): number {
  return young.size + old.size
}
