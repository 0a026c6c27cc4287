/**
 * How far the events are known: up to which number without a gap. Webhooks come in any order, so the highest number is
 * no place to go on from: what is missing below it would never be asked for.
 */
export class Cursor {
  readonly #beyond = new Set<number>()
  #upto = 0

  /** Every event up to this sequence is here. Go on with `skiro.events.since(upto)`. */
  get upto(): number {
    return this.#upto
  }

  /** Notes an event that was taken in, or looked at and left alone. */
  note(sequence: number): void {
    if (sequence > this.#upto) this.#beyond.add(sequence)
    while (this.#beyond.delete(this.#upto + 1)) this.#upto++
  }

  /** Goes on from a place that was written down. */
  resume(upto: number): void {
    this.#upto = upto
    this.#beyond.clear()
  }
}
