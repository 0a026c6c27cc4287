import {
  type Page,
  type Skiro,
  SkiroError,
  type SkiroEvent,
  type WebhookDelivery,
  type WebhookEndpoint,
} from 'skiro'
import { findEndpoint } from './endpoints.ts'

/** What the gateway says about the shop's endpoint. */
export type EndpointView = {
  endpoint: WebhookEndpoint
  /** What it has not accepted: the oldest hundred, and how many there are. */
  missed: Page<SkiroEvent>
  /** The newest few tries that failed. */
  failed: WebhookDelivery[]
}

// A page that waits for nobody: what cannot be had is said to be missing.
const QUICK = { timeoutMs: 3000, maxRetries: 0 }

/** The endpoint that posts to `url`, null when there is none, or in words why the gateway does not say. */
export async function readEndpoint(skiro: Skiro, url: string): Promise<EndpointView | null | string> {
  try {
    const endpoint = await findEndpoint(skiro, url, QUICK)
    if (!endpoint) return null
    const [missed, { data: failed }] = await Promise.all([
      // `skiro.events.reconcile()` goes through all of them; a page of this list comes with their number.
      skiro.events.list({ unacknowledged_by: endpoint.id, limit: 100 }, QUICK),
      skiro.webhooks.deliveries(endpoint.id, { status: 'failed', limit: 5 }, QUICK),
    ])
    return { endpoint, missed, failed }
  } catch (error) {
    if (!(error instanceof SkiroError)) throw error
    return error.message
  }
}
