import { DISABLED_BECAUSE } from './alert.ts'
import { actionButton } from './actionButton.ts'
import type { EndpointView } from './gatewayView.ts'
import { type Html, html } from './html.ts'
import type { LiveSecrets } from './liveSecrets.ts'
import { when } from './time.ts'
import { triesList } from './triesPart.ts'

const SHOWN = 5

/** What the gateway says about the shop's endpoint, with the buttons that change it. */
export function endpointCards(view: EndpointView, secrets: LiveSecrets): Html {
  return html`${settings(view, secrets)}${missed(view)}${failed(view)}`
}

function settings({ endpoint }: EndpointView, secrets: LiveSecrets): Html {
  const { url, status, disabled_reason, failing_since, events } = endpoint
  const enabled = status === 'enabled'
  const state = enabled ? 'Enabled' : `Disabled: ${DISABLED_BECAUSE[disabled_reason ?? 'by_merchant']}`
  return html`<section class="card"><h2>Endpoint</h2><dl>
<dt>URL</dt><dd><code>${url}</code></dd>
<dt>Status</dt><dd class="${enabled ? '' : 'bad'}">${state}</dd>
${failing_since !== null && html`<dt>Failing since</dt><dd class="bad">${when(failing_since)}</dd>`}
<dt>Events</dt><dd>${events.includes('*') ? 'All' : events.join(', ')}</dd>
${secrets
  .live()
  .map(({ secret, until }) =>
    until === null
      ? html`<dt>Secret</dt><dd><code>…${secret.slice(-6)}</code></dd>`
      : html`<dt>Old secret</dt><dd><code>…${secret.slice(-6)}</code> is good too until ${when(until)}</dd>`,
  )}</dl>
<div class="row">${enabled ? actionButton('test', 'Send a test event', 'quiet') : actionButton('enable', 'Enable it again')}
${actionButton('rotate', 'Rotate the secret', 'quiet')}</div></section>`
}

function missed({ endpoint, missed }: EndpointView): Html {
  const { total } = missed.pagination
  if (total === 0)
    return html`<section class="card"><h2>Not accepted yet</h2><p class="soft">The shop has accepted every event.</p></section>`
  return html`<section class="card"><h2>Not accepted yet: ${total}</h2>
<ul class="plain">${missed.data
    .slice(0, SHOWN)
    .map(
      ({ type, sequence, created_at }) =>
        html`<li><code>${type}</code> <span class="soft">#${sequence} · ${when(created_at)}</span></li>`,
    )}</ul>
${total > SHOWN && html`<p class="soft">These are the oldest.</p>`}
<div class="row">${actionButton('fetch', 'Fetch what was missed')}
${endpoint.status === 'enabled' && actionButton('resend', 'Have it sent again', 'quiet')}</div></section>`
}

function failed({ endpoint, missed, failed }: EndpointView): Html {
  const tries =
    failed.length === 0
      ? html`<p class="soft">None in the last 30 days.</p>`
      : triesList(failed, {
          about: ({ event_id, url }) =>
            html`<code>${event_id}</code>${url !== endpoint.url && html`<br><code>${url}</code>`}`,
          waits: (one) =>
            failed.find(({ event_id }) => event_id === one.event_id) === one &&
            missed.data.some(({ id }) => id === one.event_id),
        })
  return html`<section class="card"><h2>Latest tries that failed</h2>${tries}</section>`
}
