import type { SkiroEvent } from 'skiro'
import { pause } from '../events/pause.ts'
import { post, type Posted } from '../http/post.ts'
import { webhookHeaders } from '../http/webhookHeaders.ts'

/** As long as the gateway waits for an answer. */
const TIMEOUT_MS = 15_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5_000
/** What a proxy answers while the server behind it is away. */
const AWAY = new Set([502, 503, 504])

/** Where events go, and how they are signed. */
export type Target = {
  readonly url: string
  readonly secret: string
  readonly skip_verify: boolean
}

/**
 * Posts an event to the local server. A server that is away (no connection, or a proxy says so) is waited for as long as
 * it takes, so that events arrive in order and none is lost; whatever else it answers is its answer.
 * Null: the signal aborted while nobody was there.
 */
export async function deliver(
  target: Target,
  event: SkiroEvent,
  signal: AbortSignal,
  onAway: (why: string) => void,
): Promise<Posted | null> {
  const body = JSON.stringify(event)
  for (let tries = 0; ; tries++) {
    const posted = await post({
      url: target.url,
      body,
      // Signed anew on each try, as the gateway does: handlers refuse what is older than five minutes.
      headers: webhookHeaders(event.id, body, target.secret),
      timeout_ms: TIMEOUT_MS,
      skip_verify: target.skip_verify,
    })
    const away = awayBecause(posted)
    if (away === null) return posted
    if (tries === 0) onAway(away)
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS), signal)
    if (signal.aborted) return null
  }
}

function awayBecause(posted: Posted): string | null {
  if (posted.status !== null) return AWAY.has(posted.status) ? `it answered ${posted.status}` : null
  // A server that is restarted drops its connections: what it got it may have handled, and gets again under the same id.
  return posted.never_reached || posted.failure.includes('ECONNRESET') || posted.failure === 'socket hang up'
    ? posted.failure
    : null
}
