/** The acquirer's own time: the machine's clock, moved ahead on demand so that tests need not wait days. */
export class Clock {
  #aheadMs = 0

  nowMs(): number {
    return Date.now() + this.#aheadMs
  }

  /** ISO 8601 UTC time `afterMs` from now. */
  iso(afterMs = 0): string {
    return new Date(this.nowMs() + afterMs).toISOString()
  }

  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000
  }
}
