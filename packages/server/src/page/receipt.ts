import { fillHtml } from './fill.ts'
import { formatBrand, formatTime } from './format.ts'
import { html, type Html } from './html.ts'
import type { PageContext } from './pageContext.ts'

/** One fact of the receipt. `text` and `markup` say the same. */
export type ReceiptRow = {
  readonly label: string
  readonly text: string
  readonly markup: Html
  /** Written left to right in every language. */
  readonly ltr?: true
}

/**
 * The facts a buyer needs when asking about the payment later: the page and the mail print the same ones. Card numbers
 * never reach us; four digits do. What is not known is left out.
 */
export function receiptRows(page: PageContext): ReceiptRow[] {
  const { view, texts, locale, amount, amount_text, shop } = page
  const { receipt: facts, customer_email } = view
  if (facts === null) return []
  const labels = texts.paid.receipt
  const plain = (label: string, text: string): ReceiptRow => ({
    label,
    text,
    markup: html`<bdi>${text}</bdi>`,
  })
  const card = cardOf(facts)
  const ltr = true as const
  return [
    { label: labels.amount, text: amount_text, markup: amount, ltr },
    plain(labels.shop, shop),
    ...(card === null
      ? []
      : [{ label: labels.card, text: card, markup: html`<bdi dir="ltr">${card}</bdi>`, ltr }]),
    { label: labels.time, text: formatTime(facts.paid_at, locale), markup: timePaid(page) },
    ...(customer_email ? [plain(labels.email, customer_email)] : []),
    ...(facts.order_id === null ? [] : [plain(labels.order, facts.order_id)]),
    {
      label: labels.transaction,
      text: facts.transaction_id,
      markup: html`<bdi class="id" dir="ltr">${facts.transaction_id}</bdi>`,
      ltr,
    },
    plain(labels.statement, facts.descriptor),
  ]
}

/** When it was paid. The browser script rewrites it in the reader's own zone. */
export function timePaid({ view, locale }: PageContext): Html {
  const paid_at = view.receipt?.paid_at ?? ''
  return html`<time datetime="${paid_at}" data-local>${paid_at && formatTime(paid_at, locale)}</time>`
}

/** The receipt with what can be done with it: print it, or have it mailed. */
export function receipt(page: PageContext): Html | null {
  const { receipt: facts } = page.view
  if (facts === null) return null
  const rows = receiptRows(page)
  return html`<dl class="receipt">${rows.map(
    ({ label, markup }) => html`<div><dt>${label}</dt><dd>${markup}</dd></div>`,
  )}</dl>
<p class="printed" dir="ltr">${facts.page_url}</p>
${actions(page, facts)}`
}

/** Buttons that need the script, so without it they do not show. What the script will say is printed here already. */
function actions(
  page: PageContext,
  { can_mail, asks_address }: NonNullable<PageContext['view']['receipt']>,
): Html {
  const { texts, view } = page
  const words = texts.paid.receipt
  const email = html`<bdi>${view.customer_email}</bdi>`
  const print = html`<button class="button quiet" type="button" id="print">${words.print}</button>`
  const send = html`<button class="button quiet" type="button" id="send-receipt">${words.send}</button>
<p class="note" id="receipt-sent" hidden>${fillHtml(words.sent, { email })}</p>
<p class="note" id="receipt-failed" hidden>${words.send_failed}</p>`
  // The field and its button stand together.
  const shown = asks_address ? [addressField(page), send, print] : [print, can_mail && send]
  return html`<div class="actions">${shown}</div>`
}

/** Nobody said where the receipt goes. */
function addressField({ texts }: PageContext): Html {
  return html`<div class="field" id="receipt-to"><div class="label"><label for="receipt-email">${texts.open.email}</label></div>
<input id="receipt-email" type="email" autocomplete="email" inputmode="email" enterkeyhint="send" autocapitalize="off" spellcheck="false" maxlength="254" required pattern="[^@ ]+@[^@ ]+[.][^@ ]+" dir="ltr" aria-describedby="receipt-email-error">
<p class="field-error" id="receipt-email-error" hidden>${texts.live.email_invalid}</p></div>`
}

function cardOf(facts: NonNullable<PageContext['view']['receipt']>): string | null {
  if (facts.card_last_four === null) return null
  const brand = facts.card_brand === null ? '' : `${formatBrand(facts.card_brand)} `
  return `${brand}•••• ${facts.card_last_four}`
}
