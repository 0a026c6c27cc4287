import type { Skiro, SkiroEvent } from 'skiro'
import { askPatiently, type Watch } from './patient.ts'

const PAGE = 100
/** So often a hole in the numbers is looked at again before it is believed. */
const HOLE_LOOKS = 5

/** A part of the event log: the events after a place, in order, without holes. */
export type NewEvents = {
  /** What has happened since the last call; empty when nothing has. Null: the signal aborted. */
  next(signal: AbortSignal): Promise<SkiroEvent[] | null>
}

/**
 * Reads the event log from `after` on, a page at a time. Numbers have no holes, so one is a sign that something is not
 * visible yet: the events behind it wait until it is filled. What was pruned stays a hole and is told to `onHole`.
 */
export function newEvents(
  skiro: Skiro,
  after: number,
  watch: Watch,
  onHole: (from: number, to: number) => void,
): NewEvents {
  let seen = after
  let looks = 0
  return {
    async next(signal) {
      const page = await askPatiently(
        () => skiro.events.since(seen, { limit: PAGE }, { signal }),
        signal,
        watch,
      )
      if (!page) return null
      const events = withoutHoles(page.data)
      seen = events.at(-1)?.sequence ?? seen
      return events
    },
  }

  function withoutHoles(found: readonly SkiroEvent[]): SkiroEvent[] {
    const events: SkiroEvent[] = []
    let last = seen
    for (const event of found) {
      if (event.sequence !== last + 1) {
        if (events.length > 0) break
        looks += 1
        if (looks < HOLE_LOOKS) break
        onHole(last + 1, event.sequence - 1)
      }
      looks = 0
      events.push(event)
      last = event.sequence
    }
    return events
  }
}
