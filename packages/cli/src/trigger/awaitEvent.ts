import type { Skiro, SkiroEvent } from 'skiro'
import { newEvents } from '../events/newEvents.ts'
import { pause } from '../events/pause.ts'
import { CliError, EXIT } from '../exit.ts'
import type { Scenario, Subject } from './scenario.ts'

const LOOK_MS = 250

type Waiting = {
  readonly skiro: Skiro
  /** The newest event before the scenario began. */
  readonly after: number
  readonly until: Scenario['until']
  readonly subject: Subject
  readonly timeout_s: number
  readonly signal: AbortSignal
  /** Told of every event of the subject, the last included. */
  onEvent(event: SkiroEvent): void
  say(text: string): void
}

/** Waits for the event that ends a scenario. @throws CliError timed_out (exit 7) */
export async function awaitEvent(waiting: Waiting): Promise<SkiroEvent> {
  const { skiro, after, until, subject, timeout_s, say } = waiting
  const out_of_time = AbortSignal.timeout(timeout_s * 1000)
  const signal = AbortSignal.any([waiting.signal, out_of_time])
  const events = newEvents(
    skiro,
    after,
    { lost: (why) => say(`The gateway is away: ${why}`), back: () => {} },
    () => {},
  )
  const isOurs = eventsOf(subject)
  let found = 0
  while (!signal.aborted) {
    const happened = (await events.next(signal)) ?? []
    for (const event of happened) {
      if (!isOurs(event)) continue
      waiting.onEvent(event)
      if (event.type === until.type && ++found === until.count) return event
    }
    if (happened.length === 0) await pause(LOOK_MS, signal)
  }
  if (waiting.signal.aborted) throw new CliError(EXIT.interrupted, 'interrupted', 'Interrupted.')
  const message = `${until.type} did not happen within ${timeout_s} s.`
  throw new CliError(
    EXIT.timed_out,
    'timed_out',
    message,
    'Is a worker running? --timeout waits longer; skiro logs tail shows what happens.',
  )
}

/** Whether an event is about the subject: its session, an attempt to pay it, or the payout of one. */
function eventsOf(subject: Subject): (event: SkiroEvent) => boolean {
  if ('event' in subject) return (event) => event.id === subject.event.id
  const { id } = subject.session
  const attempts = new Set<string>()
  return ({ data }) => {
    if (data.object === 'checkout_session') return data.id === id
    if (data.object === 'payout') return attempts.has(data.transaction_id)
    if (data.object !== 'transaction' || data.checkout_session_id !== id) return false
    attempts.add(data.id)
    return true
  }
}
