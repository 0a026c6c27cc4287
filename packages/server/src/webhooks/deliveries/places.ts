/**
 * Places for tries that are under way, and who waits for one. First come, first served: a queue that got one goes to the
 * end, so that no queue keeps the others from theirs however much it has to send.
 */
export type Places<Waiter> = {
  /** Waits for a place. Once: asking again while waiting changes nothing. */
  ask(waiter: Waiter): void
  forget(waiter: Waiter): void
  leave(): void
  readonly free: () => number
}

/**
 * @param size how many there are
 * @param seat gives a waiter its place; false when it does not need one any more
 */
export function createPlaces<Waiter>(size: number, seat: (waiter: Waiter) => boolean): Places<Waiter> {
  const waiting = new Set<Waiter>()
  let taken = 0
  let serving = false
  function serve(): void {
    if (serving) return
    serving = true
    // Whoever asks again from within its own turn comes after those who wait already.
    for (const waiter of waiting) {
      if (taken >= size) break
      waiting.delete(waiter)
      taken++
      if (!seat(waiter)) taken--
    }
    serving = false
  }
  return {
    ask(waiter) {
      waiting.add(waiter)
      serve()
    },
    forget: (waiter) => void waiting.delete(waiter),
    leave() {
      taken--
      serve()
    },
    free: () => size - taken,
  }
}
