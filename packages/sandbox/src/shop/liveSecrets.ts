/** A secret that took the place of another, which is good until `old_until` (ISO time). */
export type Rotation = { secret: string; old: string; old_until: string }

/**
 * The secrets that webhooks may be signed with. After a rotation there are two for a while: what was on its way when
 * the new one was made is signed with the old one alone.
 */
export class LiveSecrets {
  /** Oldest first, with the time (ms) at which each ends; the newest has none. */
  readonly #ends = new Map<string, number>()

  /** The secret that the shop was started with: the newest, unless a rotation that was written down tells otherwise. */
  begin(secret: string): void {
    if (!this.#ends.has(secret)) this.#ends.set(secret, Infinity)
  }

  rotate({ secret, old, old_until }: Rotation): void {
    // The gateway signs with the two newest.
    for (const older of this.#ends.keys()) this.#ends.set(older, 0)
    this.#ends.set(old, Date.parse(old_until))
    this.#ends.delete(secret)
    this.#ends.set(secret, Infinity)
  }

  /** Newest first. Never empty once begun. */
  live(): { secret: string; until: string | null }[] {
    return [...this.#ends]
      .filter(([, end]) => end > Date.now())
      .map(([secret, end]) => ({ secret, until: end === Infinity ? null : new Date(end).toISOString() }))
      .reverse()
  }
}
