import { setTimeout as sleep } from 'node:timers/promises'
import { type Skiro, SkiroError } from 'skiro'
import type { ShopBook } from './shopBook.ts'

/** What the last look for missed events brought. */
export type Look = { at: string; taken: number; error: string | null }

/**
 * Asks the gateway for what webhooks did not bring: at the start, and then every so often, as a server never knows that
 * it could not be reached. Webhooks come first: an event is pulled when the look before had seen it and it still did
 * not come. At the start, and after the shop or the gateway was away, all is taken at once.
 */
export class CatchUp {
  readonly #skiro: Skiro
  readonly #book: ShopBook
  readonly #ending = new AbortController()
  #looping: Promise<void> = Promise.resolve()
  /** Newest sequence of the look before. What is newer may still come by webhook. */
  #due = Infinity
  /** Null before the first look. */
  last: Look | null = null

  constructor(skiro: Skiro, book: ShopBook) {
    this.#skiro = skiro
    this.#book = book
  }

  /** Looks now and every `pause_ms`, but not while `isAway` says that the shop plays dead. */
  start(pause_ms: number, isAway: () => boolean): void {
    this.#looping = this.#loop(pause_ms, isAway)
  }

  /** Looks for what follows the last event that is known without a gap. `last` tells how that went. */
  async look(): Promise<void> {
    const at = new Date().toISOString()
    const { signal } = this.#ending
    let taken = 0
    let newest = this.#book.cursor.upto
    try {
      for await (const event of this.#skiro.events.since(newest, { limit: 100 }, { signal })) {
        newest = event.sequence
        if (newest > this.#due) continue
        if ((await this.#book.take(event, { via: 'pull' })) === 'kept') taken++
      }
      this.#due = newest
      this.last = { at, taken, error: null }
    } catch (error) {
      this.#due = Infinity
      if (!(error instanceof SkiroError)) console.error('shop:', error)
      this.last = { at, taken, error: error instanceof SkiroError ? error.message : 'The shop failed.' }
    }
    await this.#book.saveCursor().catch((error: unknown) => console.error('shop:', error))
  }

  /** Takes in what the gateway says that this endpoint has not accepted. Gives how much was news. Throws `SkiroError`. */
  async takeMissed(webhook_id: string): Promise<number> {
    const { signal } = this.#ending
    let taken = 0
    for await (const event of this.#skiro.events.reconcile({ webhook_id }, { signal })) {
      if ((await this.#book.take(event, { via: 'pull' })) === 'kept') taken++
    }
    return taken
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#looping
  }

  async #loop(pause_ms: number, isAway: () => boolean): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      if (isAway()) this.#due = Infinity
      else await this.look()
      await sleep(pause_ms, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}
