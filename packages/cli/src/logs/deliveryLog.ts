import type { Skiro, WebhookDelivery } from 'skiro'
import { askPatiently } from '../events/patient.ts'
import type { Output } from '../io.ts'
import { deliveryLine } from '../show/deliveryLine.ts'
import type { Log } from './follow.ts'

/** Tries are written down in groups, by several workers: one may come to light after a newer one. */
const LOOKS_BACK = 5
const PAGE = 100

/** What was seen of an endpoint: the newest try at each of the last looks, and every try since the oldest of those. */
type Seen = { readonly newest: string[]; readonly ids: Set<string> }

/** Each try at any endpoint, a line each. `lines`: so many of the past first. The event log says when we are away. */
export function deliveryLog({ json, out, color }: Output, skiro: Skiro, lines: number): Log {
  const endpoints = new Map<string, Seen>()
  const silent = { lost: () => undefined, back: () => undefined }
  let begun = false
  return {
    async more(signal) {
      const found = await askPatiently(() => look(signal), signal, silent)
      if (!found) return false
      const fresh = found.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const shown = begun ? fresh : fresh.slice(Math.max(0, fresh.length - lines))
      begun = true
      for (const one of shown) out(json ? JSON.stringify(one) : deliveryLine(one, color))
      return shown.length > 0
    },
  }

  async function look(signal: AbortSignal): Promise<WebhookDelivery[]> {
    const news: { seen: Seen; tries: WebhookDelivery[] }[] = []
    for await (const { id } of skiro.webhooks.list({ limit: 100 }, { signal })) {
      // An endpoint that was added meanwhile has no past.
      const seen = endpoints.get(id) ?? { newest: begun ? [''] : [], ids: new Set() }
      endpoints.set(id, seen)
      news.push({ seen, tries: await triesAt(id, seen.newest[0], signal) })
    }
    // Only now, as nothing can fail any more: a look that failed is done again from where it began.
    return news.flatMap(({ seen, tries }) => noteSeen(seen, tries))
  }

  /** The tries beyond `floor`, newest first; without one, the last of the past. */
  async function triesAt(id: string, floor: string | undefined, signal: AbortSignal) {
    const past = Math.min(PAGE, Math.max(1, lines))
    const list = skiro.webhooks.deliveries(id, { limit: floor === undefined ? past : PAGE }, { signal })
    if (floor === undefined) return (await list).data
    const tries: WebhookDelivery[] = []
    for await (const one of list) {
      if (one.id <= floor) break
      tries.push(one)
    }
    return tries
  }
}

/** Moves on. Returns those that were not seen before. */
function noteSeen({ newest, ids }: Seen, tries: readonly WebhookDelivery[]): WebhookDelivery[] {
  const fresh = tries.filter(({ id }) => !ids.has(id))
  newest.push(tries[0]?.id ?? newest[0] ?? '')
  if (newest.length > LOOKS_BACK) newest.shift()
  ids.clear()
  for (const { id } of tries) ids.add(id)
  return fresh
}
