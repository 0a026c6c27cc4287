import { actionButton } from './actionButton.ts'
import { alertText } from './alert.ts'
import type { Look } from './catchUp.ts'
import { endpointCards } from './endpointCards.ts'
import type { EndpointView } from './gatewayView.ts'
import { type Html, html } from './html.ts'
import type { Outage } from './routes.ts'
import type { ShopBook } from './shopBook.ts'
import { when } from './time.ts'

/** What the last button did, and when. */
export type Said = { text: string; at: string } | null

/** What the page shows: what the shop knows by itself, and what the gateway says. */
export type WebhooksPageFacts = {
  /** Where webhooks are to come. */
  url: string
  view: EndpointView | null | string
  book: ShopBook
  look: Look | null
  outage: Outage
  said: Said
}

/** For developers: how the shop's webhooks are doing, and buttons to make an outage and to mend it. */
export function webhooksPage(facts: WebhooksPageFacts): Html {
  const { book, look, outage, said } = facts
  return html`<h1 id="status" aria-live="polite">${headline(facts)}</h1>
<p class="soft">For developers: make an outage, see what the gateway makes of it, and mend it. A real shop keeps such a
page behind its sign-in.</p>
<div id="live" data-final="${String(isCalm(facts))}">
${said && html`<p class="note">${said.text} <span class="soft">${when(said.at)}</span></p>`}
${outageCard(outage)}
${gatewayCards(facts)}
${pullCard(book, look)}
${alertsCard(book)}
</div>
<p class="after soft">A session can bring a URL of its own. <a href="/?webhook=session">Buy something that way</a>, and its order’s
page shows where the gateway posted.</p>`
}

function headline({ outage, view }: WebhooksPageFacts): string {
  if (outage.status !== null) return `Webhooks are refused with ${outage.status}`
  if (view === null || typeof view === 'string') return 'Webhooks'
  if (view.endpoint.status === 'disabled') return 'Webhooks are disabled'
  return view.endpoint.failing_since === null ? 'Webhooks are accepted' : 'Webhooks are failing'
}

/** Whether nothing is about to change, so that the page may look less often. */
function isCalm({ outage, view }: WebhooksPageFacts): boolean {
  if (outage.status !== null) return false
  if (view === null || typeof view === 'string') return true
  return view.endpoint.failing_since === null && view.missed.data.length === 0
}

function outageCard({ status, since }: Outage): Html {
  const ways = [
    [200, 'Accept webhooks'],
    [503, 'Refuse with 503'],
    [410, 'Refuse with 410 (gone)'],
  ] as const
  const state =
    since === null
      ? html`The shop accepts webhooks.`
      : html`The shop has answered every webhook with ${status} since ${when(since)}. It does not pull either.`
  return html`<section class="card"><h2>Outage</h2>
<p>${state}</p>
<form class="row" method="post" action="/webhooks/answer">${ways
    .filter(([code]) => code !== (status ?? 200))
    .map(
      ([code, words]) =>
        html`<button class="${code === 200 ? '' : 'quiet'}" name="status" value="${code}" id="answer_${code}">${words}</button>`,
    )}</form>
<p class="after soft">503 is tried again for 72 hours. 410 disables the endpoint at once.</p></section>`
}

function gatewayCards({ url, view, book }: WebhooksPageFacts): Html {
  if (view !== null && typeof view !== 'string') return endpointCards(view, book.secrets)
  const trouble =
    view === null
      ? html`No endpoint of the account posts to <code>${url}</code>.`
      : html`The gateway does not say. ${view}`
  return html`<section class="card"><h2>Endpoint</h2><p class="bad">${trouble}</p></section>`
}

function pullCard({ cursor }: ShopBook, look: Look | null): Html {
  const known = cursor.upto === 0 ? 'No event is known yet.' : `All events up to #${cursor.upto} are known.`
  return html`<section class="card"><h2>Pulled from the API</h2><p>${known}</p>${look && lookLine(look)}</section>`
}

function lookLine({ at, taken, error }: Look): Html {
  if (error !== null) return html`<p class="bad">The last look, ${when(at)}, failed. ${error}</p>`
  return html`<p class="soft">Last look ${when(at)}: ${taken === 0 ? 'nothing' : taken} was missing.</p>`
}

function alertsCard({ alerts, alerts_endpoint }: ShopBook): Html {
  const newest = alerts.slice(-5).reverse()
  return html`<section class="card"><h2>Alerts</h2>
${newest.length === 0 && html`<p class="soft">None.</p>`}
${
  newest.length > 0 &&
  html`<ul class="plain">${newest.map(
    (alert) => html`<li>${alertText(alert)} <span class="soft">${when(alert.created_at)}</span></li>`,
  )}</ul>`
}
${
  alerts_endpoint === null &&
  html`<p class="soft">An endpoint that was disabled cannot be told so. A second one can.</p>
<div class="row">${actionButton('hear', 'Add an endpoint for alerts', 'quiet')}</div>`
}</section>`
}
