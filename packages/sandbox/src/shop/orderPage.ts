import { eventPart } from './eventPart.ts'
import { type Html, html } from './html.ts'
import { type Order, type OrderState, type OrderStatus, orderState } from './order.ts'
import { formatPrice, PRODUCTS } from './products.ts'
import type { Tries } from './tries.ts'

const HEADLINES: Record<OrderStatus, string> = {
  awaiting_payment: 'Awaiting payment',
  expired: 'This order was not paid in time',
  paid: 'Paid. Thank you!',
  payout_sent: 'Paid. The payout is on its way',
  payout_completed: 'Paid, and paid out',
  payout_failed: 'Paid, but the payout failed',
  refunded: 'Refunded',
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

/**
 * An order and how far it has come. `mailbox_url`: where its receipt can be read. `#status` and `#live` are what the script keeps fresh. `tries` are those of its
 * events, in the same order.
 */
export function orderPage(order: Order, tries: readonly Tries[], mailbox_url: string | null = null): Html {
  const state = orderState(order.events)
  const { id, amount, currency, product } = order.fields
  const name = PRODUCTS.find((item) => item.id === product)?.name ?? product
  return html`<p class="soft">Order <code>${id}</code></p>
<h1 id="status" aria-live="polite">${HEADLINES[state.status]}</h1>
<p>${name} · <span class="price">${formatPrice(amount, currency)}</span></p>
<div id="live" data-status="${state.status}" data-final="${String(isFinal(state.status))}">
${attempts(order, state)}
<ol class="steps">${steps(state)}</ol>
${facts(order, state)}
${mailed(state, mailbox_url)}
<section class="card"><h2>Events received</h2>
${order.received.length === 0 && html`<p class="soft">None yet.</p>`}
${order.received.map((event, place) => eventPart(order, event, tries[place] ?? null))}</section>
</div>`
}

function mailed({ transaction }: OrderState, mailbox_url: string | null): Html | null {
  if (mailbox_url === null || !transaction?.customer_email) return null
  return html`<p class="soft">The receipt was mailed to ${transaction.customer_email}: it is in <a href="${mailbox_url}">the sandbox's mailbox</a>.</p>`
}

function attempts(order: Order, { status, failed_attempts }: OrderState): Html {
  const tone = status === 'awaiting_payment' || status === 'expired' ? 'bad' : 'soft'
  return html`${failed_attempts.map(
    ({ failure_message, failure_code }) =>
      html`<p class="${tone}">A payment attempt failed: ${failure_message ?? failure_code ?? 'no reason given'}</p>`,
  )}
${status === 'awaiting_payment' && html`<p><a class="button" href="${order.fields.session_url}">Pay now</a></p>`}
${status === 'expired' && html`<p><a class="button" href="/">Back to the shop</a></p>`}`
}

function steps({ status, payout }: OrderState): Html[] {
  const paid = status !== 'awaiting_payment' && status !== 'expired'
  const failed = status === 'payout_failed'
  const sent = payout?.status === 'sent' || payout?.status === 'completed'
  const held = payout?.status === 'held' && payout.hold_reason
  return [
    step('done', 'Order placed'),
    step(paid ? 'done' : status === 'expired' ? 'wrong' : '', paid ? 'Paid by card' : 'Payment by card'),
    step(sent ? 'done' : '', held ? `Payout held: ${held}` : 'Payout sent'),
    step(
      payout?.status === 'completed' ? 'done' : failed ? 'wrong' : '',
      failed ? 'Payout failed' : 'Payout completed',
    ),
  ]
}

function step(state: 'done' | 'wrong' | '', text: string): Html {
  return html`<li class="${state}">${text}</li>`
}

function facts({ fields }: Order, { transaction, payout }: OrderState): Html {
  const card =
    transaction?.card_last_four && `${transaction.card_brand ?? 'card'} ending ${transaction.card_last_four}`
  const rows: [string, string | null | undefined][] = [
    ['Session', fields.session_id],
    ['Transaction', transaction?.id],
    ['Card', card],
    ['Payout', payout?.id],
    ['To', payout && `${payout.address} on ${payout.network}`],
    ['Amount', payout && `${payout.amount} ${payout.currency}`],
    ['Chain transaction', payout?.tx_hash],
    ['Reason', payout?.failure_reason],
  ]
  const known = rows.filter(([, value]) => value)
  return html`<section class="card"><h2>Details</h2><dl>${known.map(
    ([name, value]) => html`<dt>${name}</dt><dd><code>${value ?? ''}</code></dd>`,
  )}</dl></section>`
}
