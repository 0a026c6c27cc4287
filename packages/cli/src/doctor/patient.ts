import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../http/ask.ts'
import { type Post, post, type Posted } from '../http/post.ts'
import { webhookHeaders } from '../http/webhookHeaders.ts'
import type { SampleEvent, Samples } from './sample.ts'

/** As long as the gateway waits. */
export const TIMEOUT_MS = 15_000

type Forgery = {
  /** Signs with another secret. */
  readonly secret?: string
  /** Signs as if it were so many seconds later; negative: earlier. */
  readonly shift_s?: number
  /** Changes the headers that were signed. */
  readonly headers?: (headers: Record<string, string>) => Record<string, string>
  /** Changes the body after it was signed. */
  readonly body?: (body: string) => string
  readonly dribble?: Post['dribble']
}

/** The handler that is examined. */
export type Patient = {
  readonly secret: string
  readonly sample: Samples
  /** Delivers an event as the gateway would, unless `forgery` says otherwise. */
  send(event: SampleEvent, forgery?: Forgery): Promise<Posted>
  /** How often the merchant's program says that it has handled the event; null: it does not say. */
  effects(event_id: string): Promise<number | null>
  /** Whether valid deliveries are taken; until that is known, true. */
  takes_valid: boolean
  /** Milliseconds that answers to valid deliveries took. */
  readonly times: number[]
}

type Settings = {
  readonly url: string
  readonly secret: string
  readonly sample: Samples
  readonly effects_url: string | null
  readonly skip_verify: boolean
}

export function newPatient({ url, secret, sample, effects_url, skip_verify }: Settings): Patient {
  const times: number[] = []
  return {
    secret,
    sample,
    times,
    takes_valid: true,
    async send(event, forgery = {}) {
      const body = JSON.stringify(event)
      const now = Math.floor(Date.now() / 1000) + (forgery.shift_s ?? 0)
      const signed = webhookHeaders(event.id, body, forgery.secret ?? secret, now)
      const posted = await post({
        url,
        body: forgery.body ? forgery.body(body) : body,
        headers: forgery.headers ? forgery.headers(signed) : signed,
        timeout_ms: TIMEOUT_MS,
        dribble: forgery.dribble,
        skip_verify,
      })
      if (Object.keys(forgery).length === 0) times.push(posted.ms)
      return posted
    },
    effects: async (event_id) => (effects_url === null ? null : await askEffects(effects_url, event_id)),
  }
}

/** Handlers that answer first and work later need a moment. */
const SETTLE_MS = 500

async function askEffects(effects_url: string, event_id: string): Promise<number | null> {
  await sleep(SETTLE_MS)
  const url = new URL(effects_url)
  url.searchParams.set('event_id', event_id)
  const text = (await ask(url, TIMEOUT_MS)) ?? ''
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null
}
