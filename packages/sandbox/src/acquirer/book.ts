import { newId } from './ids.ts'
import { Journal } from './journal.ts'
import type { AcquirerEvent, Commit, Done, Entry, Payment, StoredAnswer, Token } from './model.ts'

/** The file is ours alone: what was written is what is read. */
const isCommit = (line: unknown): line is Commit => typeof line === 'object' && line !== null

/**
 * All that the acquirer knows: payments as they are now, the money movements and events that led there, tokens, and
 * the answers given under idempotency keys. Kept in memory and, with a file, on disk.
 */
export class Book {
  readonly payments = new Map<string, Payment>()
  readonly entries: Entry[] = []
  readonly events: AcquirerEvent[] = []
  readonly tokens = new Map<string, Token>()
  readonly answers = new Map<string, StoredAnswer>()
  /** Events whose webhook was neither accepted nor given up, by id, oldest first. */
  readonly undelivered = new Map<string, AcquirerEvent>()
  readonly #eventIndex = new Map<string, number>()
  readonly #byReference = new Map<string, string[]>()
  readonly #journal: Journal | null

  private constructor(journal: Journal | null) {
    this.#journal = journal
  }

  /** An empty book in memory, or the book that `file` holds. */
  static async open(file: string | null): Promise<Book> {
    if (file === null) return new Book(null)
    const { journal, lines } = await Journal.open(file)
    const book = new Book(journal)
    for (const line of lines) if (isCommit(line)) book.#apply(line)
    return book
  }

  /** Applies all of it at once, and writes it as one line. */
  commit(commit: Commit): void {
    this.#apply(commit)
    this.#journal?.append(commit)
  }

  /** Commits what a verb decided, with the answer to keep, and returns the event it caused. */
  enact(done: Done, at: string, answer: StoredAnswer | null): AcquirerEvent | null {
    const { payment, movements = [] } = done
    const entries = movements.map((movement, index): Entry => {
      if (!payment) throw new Error('money moved without a payment')
      return {
        seq: this.entries.length + index + 1,
        at,
        type: movement.type,
        payment_id: payment.id,
        refund_id: movement.refund_id ?? null,
        amount_minor: movement.amount_minor,
        currency: payment.currency,
      }
    })
    const event: AcquirerEvent | null =
      payment && done.event
        ? { id: newId('evt_'), type: done.event, created_at: at, payment_id: payment.id }
        : null
    this.commit({
      ...(payment && { payment }),
      ...(entries.length > 0 && { entries }),
      ...(event && { event }),
      ...(done.token && { token: done.token }),
      ...(answer && { answer }),
    })
    return event
  }

  /** Resolves when all that was committed so far is on disk. */
  flushed(): Promise<void> {
    return this.#journal?.flushed() ?? Promise.resolve()
  }

  close(): Promise<void> {
    return this.#journal?.close() ?? Promise.resolve()
  }

  withReference(reference: string): Payment[] {
    const ids = this.#byReference.get(reference) ?? []
    return ids.flatMap((id) => this.payments.get(id) ?? [])
  }

  /** Up to `limit` events after the event `after` (null: from the first), or null when `after` is not known. */
  eventsAfter(after: string | null, limit: number): AcquirerEvent[] | null {
    const from = after === null ? 0 : this.#eventIndex.get(after)
    if (from === undefined) return null
    return this.events.slice(from, from + limit)
  }

  #apply({ payment, entries, event, token, answer, delivered }: Commit): void {
    if (payment) {
      if (!this.payments.has(payment.id)) {
        const ids = this.#byReference.get(payment.reference) ?? []
        this.#byReference.set(payment.reference, [...ids, payment.id])
      }
      this.payments.set(payment.id, payment)
    }
    if (entries) this.entries.push(...entries)
    if (event) {
      this.events.push(event)
      this.#eventIndex.set(event.id, this.events.length)
      this.undelivered.set(event.id, event)
    }
    if (token) this.tokens.set(token.id, token)
    if (answer) this.answers.set(answer.key, answer)
    if (delivered !== undefined) this.undelivered.delete(delivered)
  }
}
