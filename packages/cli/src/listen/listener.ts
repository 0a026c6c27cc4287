import type { Skiro, SkiroEvent } from 'skiro'
import { newEvents } from '../events/newEvents.ts'
import type { Watch } from '../events/patient.ts'
import { pause } from '../events/pause.ts'
import type { Posted } from '../http/post.ts'
import { deliver, type Target } from './deliver.ts'
import type { Place } from './place.ts'
import { newResends } from './resends.ts'

/** One event that was handed to the local server, and what that said. */
export type Forwarded = {
  readonly event: SkiroEvent
  /** Of the resend that brought it; null: it happened just now. */
  readonly resend: number | null
  readonly posted: Posted
}

export type ListenerOptions = {
  readonly skiro: Skiro
  readonly target: Target
  /** `last_resend` null: only what is sent again from now on. */
  readonly from: { readonly last_sequence: number; readonly last_resend: number | null }
  /** Empty: all. */
  readonly types: readonly string[]
  readonly interval_ms: number
  readonly signal: AbortSignal
}

/** What a listener tells while it runs. */
export type Told = Watch & {
  forwarded(one: Forwarded): void
  /** Called after each event that was dealt with: this is where another listener would go on. */
  place(place: Place): void
  ready(): void
  away(why: string): void
  hole(from: number, to: number): void
  noResends(): void
}

/**
 * Forwards what happens, one event after the other, in the order of the log, until the signal aborts. The place moves on
 * only when the local server has answered, so whatever ends the program, nothing is passed over.
 */
export async function runListener(options: ListenerOptions, told: Told): Promise<void> {
  const { skiro, target, from, types, interval_ms, signal } = options
  const events = newEvents(skiro, from.last_sequence, told, told.hole)
  const resends = newResends(skiro, from.last_resend, told, told.noResends)
  let place: Place = { last_sequence: from.last_sequence, last_resend: from.last_resend ?? 0 }
  if (from.last_resend === null) {
    await resends.next(signal)
    move({ last_resend: resends.seen })
  }
  told.ready()

  while (!signal.aborted) {
    const happened = await events.next(signal)
    for (const event of happened ?? []) {
      if (!(await hand(event, null))) return
      move({ last_sequence: event.sequence })
    }
    const again = await resends.next(signal)
    for (const { sequence, event } of again ?? []) {
      if (!(await hand(event, sequence))) return
      move({ last_resend: sequence })
    }
    if (!happened?.length && !again?.length) await pause(interval_ms, signal)
  }

  function move(change: Partial<Place>): void {
    place = { ...place, ...change }
    told.place(place)
  }

  /** False: it has to be handed over the next time. */
  async function hand(event: SkiroEvent, resend: number | null): Promise<boolean> {
    if (signal.aborted) return false
    if (types.length > 0 && !types.includes(event.type)) return true
    const posted = await deliver(target, event, signal, told.away)
    if (!posted) return false
    told.forwarded({ event, resend, posted })
    return true
  }
}
