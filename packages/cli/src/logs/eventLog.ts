import type { Skiro } from 'skiro'
import { newEvents } from '../events/newEvents.ts'
import type { Output } from '../io.ts'
import { eventLine } from '../show/eventLine.ts'
import type { Log } from './follow.ts'

/** Everything that happens, a line each. */
export function eventLog(
  { json, out, say, color }: Output,
  skiro: Skiro,
  { after, types }: { after: number; types: readonly string[] },
): Log {
  const watch = {
    lost: (message: string, next_ms: number) =>
      say(`The gateway is away: ${message} Next look in ${next_ms / 1000} s.`),
    back: () => say('The gateway is back.'),
  }
  const events = newEvents(skiro, after, watch, (from, to) =>
    say(`Events ${from} to ${to} are not kept any more.`),
  )
  let at = after
  return {
    get at() {
      return at
    },
    async more(signal) {
      const found = (await events.next(signal)) ?? []
      for (const event of found) {
        at = event.sequence
        if (types.length > 0 && !types.includes(event.type)) continue
        out(json ? JSON.stringify(event) : eventLine(event, color))
      }
      return found.length > 0
    },
  }
}
