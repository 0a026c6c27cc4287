import { createHmac } from 'node:crypto'
import type { Book } from './book.ts'
import type { AcquirerEvent } from './model.ts'

/**
 * `normal` is at least once and unordered, as real acquirers are: of ten events the 10th comes twice and the 3rd comes
 * after its successor. `duplicate`: every event twice. `reorder`: every pair swapped. `hold`: kept until flushed.
 * `off`: never sent; only `GET /v1/events` tells of them.
 */
export const WEBHOOK_MODES = ['normal', 'hold', 'duplicate', 'reorder', 'off'] as const
export type WebhookMode = (typeof WEBHOOK_MODES)[number]

const RETRY_DELAYS_MS = [200, 1000, 5000, 30_000, 120_000]
const ANSWER_TIMEOUT_MS = 5000
/** An event kept back for its successor waits no longer than this. */
const PAIR_WAIT_MS = 500

/** The header `Sim-Signature` for a body sent at `seconds` (Unix time). */
export function signWebhook(secret: string, raw: string, seconds: number): string {
  const hex = createHmac('sha256', secret).update(`${seconds}.${raw}`).digest('hex')
  return `t=${seconds},v1=${hex}`
}

/** Sends events to one URL, beside the API and never in its way. */
export class Webhooks {
  url: string | null
  #mode: WebhookMode = 'normal'
  readonly #secret: string
  readonly #book: Book
  readonly #stopped = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  #count = 0
  #held: AcquirerEvent[] = []
  #late: AcquirerEvent | null = null

  constructor(book: Book, secret: string, url: string | null) {
    this.#book = book
    this.#secret = secret
    this.url = url
  }

  get mode(): WebhookMode {
    return this.#mode
  }

  /** Counting starts anew, so that a test knows which event meets what. */
  set mode(mode: WebhookMode) {
    this.#mode = mode
    this.#count = 0
  }

  /** Takes up the events that an earlier run did not get delivered. */
  resume(): void {
    const events = [...this.#book.undelivered.values()]
    if (this.url === null) for (const event of events) this.#settle(event)
    else void this.#sendAll(events)
  }

  /** An event that has just happened. */
  accept(event: AcquirerEvent): void {
    if (this.url === null || this.mode === 'off') return this.#settle(event)
    if (this.mode === 'hold') {
      this.#held.push(event)
      return
    }
    this.#count += 1
    if (this.#late === null && this.#comesLate()) {
      this.#late = event
      this.#after(PAIR_WAIT_MS, () => {
        if (this.#late === event) void this.#sendPair(1)
      })
      return
    }
    const twice = this.mode === 'duplicate' || (this.mode === 'normal' && this.#count % 10 === 0)
    void this.#sendPair(twice ? 2 : 1, event)
  }

  /** Sends all that is held now; resolves with their number when each was tried once. */
  async flush(): Promise<number> {
    const events = [...this.#held, ...(this.#late ? [this.#late] : [])]
    this.#held = []
    this.#late = null
    await this.#sendAll(events)
    return events.length
  }

  close(): void {
    this.#stopped.abort()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #comesLate(): boolean {
    return this.mode === 'reorder' ? this.#count % 2 === 1 : this.mode === 'normal' && this.#count % 10 === 3
  }

  /** Sends `event`, then the one that waited for it. */
  async #sendPair(times: number, event?: AcquirerEvent): Promise<void> {
    const late = this.#late
    this.#late = null
    if (event) await this.#send(event, times)
    if (late) await this.#send(late, 1)
  }

  async #sendAll(events: readonly AcquirerEvent[]): Promise<void> {
    for (const event of events) await this.#send(event, 1)
  }

  async #send(event: AcquirerEvent, times: number): Promise<void> {
    for (let i = 0; i < times; i++) await this.#try(event, 0)
  }

  async #try(event: AcquirerEvent, attempt: number): Promise<void> {
    if (this.#stopped.signal.aborted) return
    if (await this.#post(event)) return this.#settle(event)
    const delay = RETRY_DELAYS_MS[attempt]
    if (delay === undefined) return this.#settle(event)
    this.#after(delay, () => void this.#try(event, attempt + 1))
  }

  async #post(event: AcquirerEvent): Promise<boolean> {
    if (this.url === null) return false
    const raw = JSON.stringify(event)
    // Signed with the machine's time, not the movable clock: receivers compare it with theirs.
    const signature = signWebhook(this.#secret, raw, Math.floor(Date.now() / 1000))
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sim-signature': signature },
        body: raw,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      })
      await response.body?.cancel()
      return response.ok
    } catch {
      return false
    }
  }

  /** No more tries: accepted, given up, or nobody listens. */
  #settle(event: AcquirerEvent): void {
    if (this.#stopped.signal.aborted || !this.#book.undelivered.has(event.id)) return
    this.#book.commit({ delivered: event.id })
  }

  #after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    timer.unref()
    this.#timers.add(timer)
  }
}
