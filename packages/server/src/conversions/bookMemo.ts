import type { OrderBook, Venue, VenuePair } from '../adapters/venue.ts'
import { nowMs } from '../lib/clock.ts'
import { ProviderError } from '../lib/errors.ts'

/**
 * Fetches books so that questions asked together, or within `memo_ms` after an answer, share one request: a rush of
 * checkouts must not use up the venues' rate limits. Failures are shared too. Whether a book is too old is judged
 * elsewhere, by the book's own time.
 * @throws ProviderError `unknown` when the venue takes longer than `timeout_ms`, whatever its adapter does.
 */
export function createBookMemo({ memo_ms, timeout_ms }: { memo_ms: number; timeout_ms: number }) {
  type Entry = { readonly book: Promise<OrderBook>; answered_at_ms: number | null }
  const entries = new Map<string, Entry>()

  return function fetchBook(venue: Venue, pair: VenuePair): Promise<OrderBook> {
    const key = `${venue.id}/${pair.symbol}`
    const known = entries.get(key)
    if (known && (known.answered_at_ms === null || Math.abs(nowMs() - known.answered_at_ms) < memo_ms)) {
      return known.book
    }
    const entry: Entry = {
      book: within(timeout_ms, venue, pair).finally(() => {
        entry.answered_at_ms = nowMs()
      }),
      answered_at_ms: null,
    }
    entries.set(key, entry)
    return entry.book
  }
}

async function within(timeout_ms: number, venue: Venue, pair: VenuePair): Promise<OrderBook> {
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    timeout.reject(new ProviderError(venue.id, 'unknown', `no answer within ${timeout_ms} ms`))
  }, timeout_ms)
  try {
    return await Promise.race([venue.book(pair), timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}
