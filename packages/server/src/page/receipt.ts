import { formatBrand, formatTime } from './format.ts'
import { html, type Html } from './html.ts'
import type { PageContext } from './pageContext.ts'

/** The facts a buyer needs when asking about the payment later. Card numbers never reach us; four digits do. */
export function receipt({ view, texts, locale, amount, shop }: PageContext): Html | null {
  const { receipt: facts } = view
  if (facts === null) return null
  const labels = texts.paid.receipt
  const rows: [string, Html | null][] = [
    [labels.amount, amount],
    [labels.shop, html`<bdi>${shop}</bdi>`],
    [labels.card, cardOf(facts)],
    [
      labels.time,
      html`<time datetime="${facts.paid_at}" data-local>${formatTime(facts.paid_at, locale)}</time>`,
    ],
    [labels.email, view.customer_email ? html`<bdi>${view.customer_email}</bdi>` : null],
    [labels.transaction, html`<bdi class="id" dir="ltr">${facts.transaction_id}</bdi>`],
    [labels.statement, html`<bdi dir="ltr">${facts.descriptor}</bdi>`],
  ]
  return html`<dl class="receipt">${rows.map(
    ([label, value]) => value && html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

function cardOf(facts: NonNullable<PageContext['view']['receipt']>): Html | null {
  if (facts.card_last_four === null) return null
  const brand = facts.card_brand === null ? '' : `${formatBrand(facts.card_brand)} `
  return html`<bdi dir="ltr">${brand}•••• ${facts.card_last_four}</bdi>`
}
