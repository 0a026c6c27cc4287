import { NotFoundError, type RequestOptions, type Skiro, type WebhookEndpoint } from 'skiro'
import { ALERT_TYPES } from './alert.ts'
import type { ShopBook } from './shopBook.ts'

/** For as long as this the old secret signs beside the new one. */
const OLD_SECRET_S = 3600

/** The endpoint that posts to `url`; the account's default one if there are several. Null: there is none. */
export async function findEndpoint(
  skiro: Skiro,
  url: string,
  options?: RequestOptions,
): Promise<WebhookEndpoint | null> {
  // An account has 16 endpoints at most.
  const { data } = await skiro.webhooks.list({ limit: 100 }, options)
  const here = data.filter((endpoint) => endpoint.url === url)
  return here.find(({ is_default }) => is_default) ?? here[0] ?? null
}

/**
 * Gives the endpoint a new signing secret and returns it. It is written down before it is used; until then the old one,
 * which goes on signing for an hour, is enough. Throws `SkiroError`.
 */
export async function rotateSecret(skiro: Skiro, book: ShopBook, webhook_id: string): Promise<string> {
  const { secret } = await skiro.webhooks.rotate(webhook_id, { expires_in: OLD_SECRET_S })
  await book.rotate(secret, new Date(Date.now() + OLD_SECRET_S * 1000).toISOString())
  return secret
}

/**
 * Has the gateway post alerts to `url`, through a second endpoint: the first one cannot be told that it was disabled.
 * Throws `SkiroError`.
 */
export async function hearAlerts(skiro: Skiro, book: ShopBook, url: string): Promise<void> {
  if (book.alerts_endpoint) {
    try {
      await skiro.webhooks.update(book.alerts_endpoint.id, { url, status: 'enabled' })
      return
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
    }
  }
  const { id, secret } = await skiro.webhooks.create({
    url,
    events: [...ALERT_TYPES],
    description: 'Alerts of the demo shop',
  })
  await book.setAlertsEndpoint({ id, secret })
}
