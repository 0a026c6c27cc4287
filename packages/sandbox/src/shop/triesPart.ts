import type { WebhookDelivery } from 'skiro'
import { type Html, html } from './html.ts'
import { when } from './time.ts'

/** What a line says besides the try itself. */
export type TryNotes = {
  /** What it was about, and where it went, as far as the page does not say so already. */
  about: (one: WebhookDelivery) => Html
  /** Whether the delivery still waits for the next try. A log of tries does not tell. */
  waits: (one: WebhookDelivery) => boolean
}

/** Tries of the gateway, one a line, with what it makes of each. */
export function triesList(tries: readonly WebhookDelivery[], { about, waits }: TryNotes): Html {
  return html`<ol class="tries">${tries.map(
    (one) => html`<li class="${one.status}"><p><strong>${one.diagnosis}</strong></p>
<p class="soft">Try ${one.attempt} · ${one.latency_ms} ms · ${when(one.created_at)}</p>
<p class="soft">${about(one)}</p>
${one.next_attempt_at !== null && waits(one) && html`<p class="soft">To be tried again at ${when(one.next_attempt_at)}</p>`}</li>`,
  )}</ol>`
}
