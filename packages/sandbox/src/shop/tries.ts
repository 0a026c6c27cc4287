import { type Skiro, SkiroError, type WebhookDelivery } from 'skiro'

/** The tries of an event, newest first; null when the gateway could not be asked. */
export type Tries = readonly WebhookDelivery[] | null

const KEEP_MS = 1_000

/**
 * Reads the gateway's tries to deliver an event. An answer serves everybody who asks within a second: an order's page
 * asks again and again, and what its visitors do should not add up to calls of the API.
 */
export function createTriesReader(skiro: Skiro): (event_id: string) => Promise<Tries> {
  const kept = new Map<string, { at: number; tries: Promise<Tries> }>()
  return (event_id) => {
    const now = performance.now()
    // Oldest first.
    for (const [id, { at }] of kept) {
      if (now - at < KEEP_MS) break
      kept.delete(id)
    }
    const known = kept.get(event_id)
    if (known) return known.tries
    const tries = read(skiro, event_id)
    kept.set(event_id, { at: now, tries })
    return tries
  }
}

async function read(skiro: Skiro, event_id: string): Promise<Tries> {
  try {
    const { data } = await skiro.events.deliveries(
      event_id,
      { limit: 10 },
      { timeoutMs: 3000, maxRetries: 0 },
    )
    return data
  } catch (error) {
    if (!(error instanceof SkiroError)) throw error
    return null
  }
}
