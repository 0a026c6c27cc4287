import type { Posting } from '../posting.ts'

/** The exact opposite of what was booked. Nothing is ever taken out of the ledger: it is booked back. */
export function reverse(postings: readonly Posting[]): Posting[] {
  return postings.map((posting) => ({ ...posting, amount: -posting.amount }))
}

/**
 * The key of the journal that takes back what `key` booked, because its block was undone. The same journal may be booked
 * and undone again in other blocks, so the block's hash is part of both keys.
 */
export function reversalKey(key: string, block_hash: string): string {
  return `reversal:${key}:${block_hash}`
}
