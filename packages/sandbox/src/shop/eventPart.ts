import { type Html, html } from './html.ts'
import type { Order, ReceivedEvent } from './order.ts'
import { when } from './time.ts'
import type { Tries } from './tries.ts'
import { triesList } from './triesPart.ts'

/** An event about an order: how it came, what the gateway did to bring it, and a button to see it come again. */
export function eventPart(order: Order, event: ReceivedEvent, tries: Tries): Html {
  const { id, type, sequence, received_at, via, raw_body, signature_header } = event
  const how = via === 'webhook' ? 'Came by webhook' : 'Fetched from the API, as no webhook had brought it,'
  return html`<article class="event" id="${id}">
<h4><code>${type}</code> <span class="soft">#${sequence}</span></h4>
<p>${how} at ${when(received_at)}.${again(order.duplicates.get(id) ?? 0)}</p>
${triesOf(tries)}
<form method="post" action="/orders/${order.fields.id}/events/${id}/resend"><button class="quiet" id="again_${id}">Send again</button></form>
<details id="raw_${id}"><summary>${signature_header === null ? 'Body' : 'Signature and body'}</summary>
<p><code>${id}</code></p>
${signature_header !== null && html`<pre>X-Skiro-Signature: ${signature_header}</pre>`}
<pre>${raw_body}</pre></details>
</article>`
}

function again(times: number): string | null {
  if (times === 0) return null
  return ` It came again ${times === 1 ? 'once' : `${times} times`}: same id, so it was dropped as a duplicate.`
}

function triesOf(tries: Tries): Html {
  if (tries === null) return html`<p class="soft">The gateway could not be asked for its tries.</p>`
  if (tries.length === 0) return html`<p class="soft">The gateway has no try on record.</p>`
  const [newest] = tries
  return triesList(tries.toReversed(), {
    about: ({ url }) => html`<code>${url}</code>`,
    waits: (one) => one === newest,
  })
}
