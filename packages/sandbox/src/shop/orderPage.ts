import type { Language } from '../language.ts'
import { customerPart, HEADLINES } from './customerPart.ts'
import { type Html, html } from './html.ts'
import { merchantPart } from './merchantPart.ts'
import { type Order, type OrderStatus, orderState } from './order.ts'
import type { Tries } from './tries.ts'

/** Who looks at an order, and what is asked from elsewhere for them. */
export type OrderView = {
  language: Language
  /** Of the order's events, in the same order. */
  tries: readonly Tries[]
  /** Where the receipt's mail can be read. Null: nobody reads the customers' mails here. */
  mailbox_url: string | null
}

/** True when no event is expected any more, so the page may look less often. */
export function isFinal(status: OrderStatus): boolean {
  return (
    status === 'expired' ||
    status === 'payout_completed' ||
    status === 'payout_failed' ||
    status === 'refunded'
  )
}

/** An order: first what its customer sees, then what the shop does. `#status` and `#live` are what the script keeps fresh. */
export function orderPage(order: Order, view: OrderView): Html {
  const state = orderState(order.events)
  return html`<p class="soft">Order <code>${order.fields.id}</code></p>
<h1 id="status" aria-live="polite">${HEADLINES[state.status]}</h1>
<div id="live" data-status="${state.status}" data-final="${String(isFinal(state.status))}">
${customerPart(order, state, view)}
${merchantPart(order, state, view)}
</div>`
}
