import { fillHtml } from '../fill.ts'
import { webUrl } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { PageContext } from '../pageContext.ts'

// After these there is nothing on a statement.
const NOT_CHARGED: ReadonlySet<string> = new Set(['failed', 'expired', 'unknown'])

/** Whom to ask, what was agreed to, and what the card statement will say. Null when nothing of it is known. */
export function trustBlock(page: PageContext): Html | null {
  const lines = [contact(page), policies(page), statement(page)].filter((line) => line !== null)
  return lines.length === 0 ? null : html`<div class="trust">${lines}</div>`
}

function contact({ view, texts }: PageContext): Html | null {
  const email = view.support_email
  const url = linkOf(view.brand?.support_url ?? null, view.livemode)
  const phone = view.brand?.support_phone ?? null
  const ways = [
    email !== null &&
      email !== '' &&
      html`<span>${fillHtml(texts.contact, {
        email: html`<a href="mailto:${encodeURI(email)}" dir="ltr">${email}</a>`,
      })}</span>`,
    url && html`<a href="${url.href}" target="_blank" rel="noopener" dir="ltr">${url.host}</a>`,
    phone !== null && html`<a href="tel:${phone.replace(/[^+\d]/g, '')}" dir="ltr">${phone}</a>`,
  ].filter((way) => way !== null && way !== false)
  return ways.length === 0 ? null : html`<p class="contact">${ways}</p>`
}

function policies({ view, texts }: PageContext): Html | null {
  const links = [
    [texts.terms_link, view.brand?.terms_url],
    [texts.privacy_link, view.brand?.privacy_url],
  ] as const
  const shown = links.flatMap(([words, text]) => {
    const url = linkOf(text ?? null, view.livemode)
    return url ? [html`<a href="${url.href}" target="_blank" rel="noopener">${words}</a>`] : []
  })
  return shown.length === 0 ? null : html`<p class="contact">${shown}</p>`
}

function statement({ view, texts }: PageContext): Html | null {
  const { statement_descriptor, receipt, state } = view
  if (statement_descriptor === null || receipt !== null || NOT_CHARGED.has(state)) return null
  const descriptor = html`<bdi dir="ltr">${statement_descriptor}</bdi>`
  return html`<p>${fillHtml(texts.statement, { descriptor })}</p>`
}

/** Where a customer may be sent: the web, and in live mode only where nobody can read along. */
export function linkOf(text: string | null, livemode: boolean): URL | null {
  const url = webUrl(text)
  return url && (!livemode || url.protocol === 'https:') ? url : null
}
