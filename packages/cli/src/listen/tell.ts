import type { Output } from '../io.ts'
import { eventLine } from '../show/eventLine.ts'
import type { Forwarded, Told } from './listener.ts'
import type { Place } from './place.ts'

type Start = { readonly secret: string; readonly from: number; readonly missed: number }

/** Says what a listener does: one line for each event on standard output, everything else on standard error. */
export function listenTeller(
  { json, out, say, color }: Output,
  forward_to: string,
  keep: (place: Place) => void,
): Told & { start(start: Start): void; end(): void } {
  let last = 0
  return {
    start({ secret, missed }) {
      say(`Signing secret: ${secret}`)
      if (missed > 0) say(`${missed} events happened since you last listened here: --resume brings them.`)
    },
    ready: () => say(`Ready. Forwarding to ${forward_to}; Ctrl-C stops.`),
    forwarded(one) {
      out(json ? JSON.stringify(documentOf(one, forward_to)) : lineOf(one))
      const hint = hintFor(one)
      if (hint && !json) say(hint)
    },
    place(place) {
      last = place.last_sequence
      keep(place)
    },
    lost: (message, next_ms) => say(`The gateway is away: ${message} Next look in ${next_ms / 1000} s.`),
    back: () => say('The gateway is back.'),
    away: (why) =>
      say(`Nothing answers at ${forward_to} (${why}). Waiting for it; events are kept in order.`),
    hole: (from, to) => say(`Events ${from} to ${to} are not kept any more.`),
    noResends: () => say('This gateway does not tell of resends: only new events arrive.'),
    end: () => say(`Stopped after event ${last}. Go on from there: the same command with --resume.`),
  }

  function lineOf({ event, resend, posted }: Forwarded): string {
    const answer = posted.status === null ? posted.failure : String(posted.status)
    const good = posted.status !== null && posted.status >= 200 && posted.status < 300
    const again = resend === null ? '' : '  (sent again)'
    return `${eventLine(event, color)}  ${color(good ? 'green' : 'red', `→ ${answer}`)}  ${posted.ms} ms${again}`
  }
}

function documentOf({ event, resend, posted }: Forwarded, forwarded_to: string) {
  const { ms: latency_ms } = posted
  const error = posted.status === null ? posted.failure : null
  return { object: 'forwarded_event', event, resend, forwarded_to, status: posted.status, error, latency_ms }
}

function hintFor({ event, posted }: Forwarded): string | null {
  const { status } = posted
  if (status !== null && status >= 200 && status < 300) return null
  const again = `Then: skiro events resend ${event.id}`
  if (status === null) return `  The gateway would try again later. ${again}`
  if (status >= 300 && status < 400)
    return `  Redirects are not followed: give the address that it leads to${posted.status !== null && posted.location ? `, ${posted.location}` : ''}.`
  if (status === 404) return `  No such path on your server. ${again}`
  if (status === 400 || status === 401 || status === 403)
    return `  Does it verify the raw body, with the secret above? skiro doctor webhook tells. ${again}`
  return `  Your server's log says why. ${again}`
}
