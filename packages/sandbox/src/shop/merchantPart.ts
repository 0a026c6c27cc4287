import type { Payout, Transaction } from 'skiro'
import type { Language } from '../language.ts'
import { eventPart } from './eventPart.ts'
import { type Html, html } from './html.ts'
import type { Order, OrderState } from './order.ts'
import { payoutSum } from './payoutSum.ts'
import { step } from './step.ts'
import type { Tries } from './tries.ts'

/** The other side of an order: how the shop is paid, and how it heard of it. `tries` are those of the order's events. */
export function merchantPart(
  order: Order,
  { transaction, payout }: OrderState,
  { tries, language }: { tries: readonly Tries[]; language: Language },
): Html {
  return html`<section class="merchant"><h2>What the shop sees</h2>
<p class="soft">This part is for you as the merchant: how the shop is paid in crypto, and the webhooks that told it. In a real
shop it is behind a sign-in.</p>
<section class="card"><h3>Payout</h3><div class="sides"><div>
${sum(transaction, payout, language)}</div>
<ol class="steps">${payoutSteps(payout)}</ol></div>
<dl>${facts([
    ['To', payout && `${payout.address} on ${payout.network}`, 'long'],
    ['On-chain transaction', payout?.tx_hash, 'long'],
    ['Payout', payout?.id],
  ])}${payout?.failure_reason ? facts([['Reason', payout.failure_reason]]) : null}</dl></section>
<section class="card"><h3>In the API</h3><dl>${facts([
    ['Session', order.fields.session_id],
    ['Transaction', transaction?.id],
  ])}</dl></section>
<section class="card"><h3>Events received</h3>
<p class="soft">${order.received.length === 0 ? 'None yet.' : '“Send again” posts this webhook once more; nobody is charged.'}</p>
${order.received.map((event, place) => eventPart(order, event, tries[place] ?? null))}</section>
</section>`
}

function sum(transaction: Transaction | null, payout: Payout | null, language: Language): Html {
  const amount = payout?.amount ?? transaction?.payout_amount
  const currency = payout?.currency ?? transaction?.payout_currency
  if (amount == null || !currency)
    return html`<p class="price">–</p><p class="soft long">What it is and how it comes about is known once the card is charged.</p>`
  return html`<p class="price"><bdi>${amount} ${currency}</bdi></p><p class="soft long">${transaction && payoutSum(transaction, language)}</p>`
}

function payoutSteps(payout: Payout | null): Html[] {
  const sent = payout?.status === 'sent' || payout?.status === 'completed'
  const held = payout?.status === 'held' && payout.hold_reason
  const failed = payout?.status === 'failed'
  return [
    step(sent ? 'done' : '', held ? `Payout held: ${held}` : 'Payout sent'),
    step(
      payout?.status === 'completed' ? 'done' : failed ? 'wrong' : '',
      failed ? 'Payout failed' : 'Payout completed',
    ),
  ]
}

/** Rows that are there from the start, so that nothing moves when they fill. `long`: the value needs two lines on a phone. */
function facts(rows: readonly [name: string, value: string | null | undefined, size?: 'long'][]): Html[] {
  return rows.map(
    ([name, value, size = '']) =>
      html`<dt>${name}</dt><dd class="${size}">${value ? html`<code>${value}</code>` : '–'}</dd>`,
  )
}
