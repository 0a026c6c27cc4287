import type { FastifyInstance } from 'fastify'
import { SkiroError } from 'skiro'
import { findEndpoint, hearAlerts, rotateSecret } from './endpoints.ts'
import { readEndpoint } from './gatewayView.ts'
import { LIVE_SCRIPT } from './liveScript.ts'
import { failed, message } from './page.ts'
import type { Outage, ShopParts } from './routes.ts'
import { ALERTS_RECEIVER, RECEIVER } from './webhookRoutes.ts'
import { type Said, webhooksPage } from './webhooksPage.ts'

/** Does something with the shop's endpoint and says what. Throws `SkiroError`. */
type Action = (parts: ShopParts, webhook_id: string) => Promise<string>

/** The buttons of `/webhooks` that need the gateway, by the last part of their path. */
const ACTIONS: Readonly<Record<string, Action>> = {
  async test({ skiro }, webhook_id) {
    await skiro.webhooks.test(webhook_id)
    return 'A test event is on its way.'
  },
  async fetch({ catch_up }, webhook_id) {
    const taken = await catch_up.takeMissed(webhook_id)
    return `${events(taken)} ${taken === 1 ? 'was' : 'were'} news. Reading is not accepting: the list stays as it is until they are delivered.`
  },
  async resend({ skiro }, webhook_id) {
    let answer = await skiro.webhooks.resend(webhook_id)
    let { resent } = answer
    while (answer.has_more) {
      answer = await skiro.webhooks.resend(webhook_id, { after_sequence: answer.last_sequence })
      resent += answer.resent
    }
    return `${events(resent)} ${resent === 1 ? 'is' : 'are'} sent again.`
  },
  async enable({ skiro }, webhook_id) {
    await skiro.webhooks.update(webhook_id, { status: 'enabled' })
    return 'The endpoint is enabled. What it missed comes when you have it sent again.'
  },
  async rotate({ skiro, book, on_new_secret }, webhook_id) {
    on_new_secret(await rotateSecret(skiro, book, webhook_id))
    return 'There is a new secret. The old one is good for another hour.'
  },
  async hear({ skiro, book, shopUrl }) {
    await hearAlerts(skiro, book, shopUrl() + ALERTS_RECEIVER)
    return 'A second endpoint hears of alerts now.'
  },
}

const ANSWERS: ReadonlyMap<string, Outage['status']> = new Map([
  ['200', null],
  ['503', 503],
  ['410', 410],
])

const noEndpoint = message(
  'That did not work',
  'No endpoint of the account posts to this shop.',
  '/webhooks',
  'Back',
)

const events = (n: number) => (n === 1 ? '1 event' : `${n} events`)

/** Adds the page for developers, and what its buttons do. */
export function addWebhooksPageRoutes(app: FastifyInstance, parts: ShopParts): void {
  const { skiro, book, catch_up, outage, sendPage, shopUrl } = parts
  /** What the last button did. */
  let said: Said = null

  app.get('/webhooks', async (_request, reply) => {
    const url = shopUrl() + RECEIVER
    const view = await readEndpoint(skiro, url)
    const body = webhooksPage({ url, view, book, look: catch_up.last, outage, said })
    return sendPage(reply, 200, { title: 'Webhooks', body, script: LIVE_SCRIPT, refresh_s: 4 })
  })

  app.post('/webhooks/answer', (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    const status = ANSWERS.get(form.get('status') ?? '')
    if (status === undefined) return sendPage(reply, 400, message('No such answer', 'It is 200, 503 or 410.'))
    Object.assign(outage, { status, since: status === null ? null : new Date().toISOString() })
    said = null
    return reply.redirect('/webhooks', 303)
  })

  for (const [name, action] of Object.entries(ACTIONS)) {
    app.post(`/webhooks/${name}`, async (_request, reply) => {
      try {
        const endpoint = await findEndpoint(skiro, shopUrl() + RECEIVER)
        if (!endpoint) return sendPage(reply, 409, noEndpoint)
        said = { text: await action(parts, endpoint.id), at: new Date().toISOString() }
        return await reply.redirect('/webhooks', 303)
      } catch (error) {
        if (!(error instanceof SkiroError)) throw error
        return sendPage(reply, 502, failed('That did not work', error, '/webhooks', 'Back'))
      }
    })
  }
}
