import { createHash } from 'node:crypto'
import type { Book } from './book.ts'
import type { Clock } from './clock.ts'
import { Refusal } from './errors.ts'
import type { StoredAnswer } from './model.ts'

/** What makes two requests the same: the path and the fields, in any order. */
export function fingerprintOf(path: string, fields: object): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([path, sorted]))
    .digest('hex')
}

/** For how long a key is remembered. */
export const KEY_LIFETIME_MS = 24 * 3_600_000

export type Answer = { readonly status: number; readonly body: unknown; readonly replayed: boolean }

/**
 * One effect per `Idempotency-Key`, as Stripe's API v1 does it: the first answer, a refusal included, is kept with
 * the effect and replayed, for a day. After that the key means nothing: what is sent under it is done again. Nothing is
 * kept of a request that was not valid.
 */
export class Idempotency {
  readonly #book: Book
  readonly #clock: Clock
  readonly #inFlight = new Set<string>()

  constructor(book: Book, clock: Clock) {
    this.#book = book
    this.#clock = clock
  }

  /**
   * Runs `work` under the key, or returns its earlier answer. `work` is given a way to store its answer.
   * @throws Refusal `idempotency_error` for other fields under a used key, `idempotency_in_flight` for a twin that
   * still runs.
   */
  async run(
    key: string,
    fingerprint: string,
    work: (store: (status: number, body: unknown) => StoredAnswer) => Promise<Answer>,
  ): Promise<Answer> {
    const kept = this.#book.answers.get(key)
    const earlier = kept?.at !== undefined && kept.at <= this.#clock.iso(-KEY_LIFETIME_MS) ? undefined : kept
    if (this.#inFlight.has(key)) {
      throw new Refusal('idempotency_in_flight', 'A request with this Idempotency-Key is still running.')
    }
    if (earlier) {
      if (earlier.fingerprint === fingerprint) return { ...earlier, replayed: true }
      throw new Refusal('idempotency_error', 'This Idempotency-Key was used for another request.')
    }
    this.#inFlight.add(key)
    try {
      return await work((status, body) => ({ key, fingerprint, status, body, at: this.#clock.iso() }))
    } finally {
      this.#inFlight.delete(key)
    }
  }
}

/** The key of a request, or null. @throws Refusal `invalid_request` for an empty or overlong one. */
export function readKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && header.length > 0 && header.length <= 255) return header
  throw new Refusal('invalid_request', 'Idempotency-Key must have 1 to 255 characters.', 'Idempotency-Key')
}
