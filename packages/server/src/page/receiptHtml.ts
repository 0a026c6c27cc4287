import { brandHex } from './brand/brandStyle.ts'
import { buttonColors } from './brand/theme.ts'
import { fillHtml } from './fill.ts'
import { html, type Html } from './html.ts'
import type { PageContext } from './pageContext.ts'
import { receiptRows } from './receipt.ts'

// Mail programs know no stylesheets worth the name, so styles stand in the elements. Nothing is loaded from anywhere.
// A fact's name stands above it and every word may break, as phones show mails in frames of 280 pixels: both ways to say
// it, for no program knows all. A table that is fixed gets no wider than what it is in.
const BREAK = 'overflow-wrap:anywhere;word-break:break-word'
const BODY = `margin:0;padding:16px 8px;background:#f4f5f8;color:#14171f;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif;${BREAK}`
const CARD = `max-width:520px;margin:0 auto;padding:20px;background:#ffffff;border-radius:12px;${BREAK}`
const TABLE = 'width:100%;table-layout:fixed;border-collapse:collapse;font-size:15px'
const CELL = `padding:9px 0;border-top:1px solid #dfe2e9;vertical-align:top;${BREAK}`
const SOFT_INK = '#565d6b'
const SOFT = `margin:16px 0 0;color:${SOFT_INK};font-size:14px`
/** Ours, where the merchant has chosen none. */
const BUTTON = '#374fd5'

/** The receipt as an HTML mail. `link` leads to the page of the receipt. */
export function receiptHtml(page: PageContext, link: string): Html {
  const { texts, view, say } = page
  const align = texts.dir === 'rtl' ? 'right' : 'left'
  const reason = fillHtml(texts.mail.reason, { email: html`<bdi>${view.customer_email}</bdi>` })
  return html`<!doctype html>
<html lang="${page.locale}" dir="${texts.dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${page.plain(texts.mail.subject)}</title></head>
<body dir="${texts.dir}" style="${BODY}">
<div style="${CARD}">
${!view.livemode && html`<p style="margin:0 0 12px;color:#7a4f01;font-weight:600">${texts.test_badge}</p>`}
<h1 style="margin:0;font-size:22px;line-height:1.3">${say(texts.mail.heading)}</h1>
<p style="margin:8px 0 20px">${fillHtml(texts.mail.text, { shop: name(page), amount: page.amount })}</p>
${page.bought && html`<p dir="auto" style="margin:0 0 16px;text-align:${align};font-weight:600;overflow-wrap:anywhere">${page.bought}</p>`}
<table role="presentation" cellpadding="0" cellspacing="0" width="100%" dir="${texts.dir}" style="${TABLE}">${receiptRows(
    page,
  ).map(
    ({ label, markup }) =>
      html`<tr><td style="${CELL}" align="${align}"><span style="color:${SOFT_INK};font-size:13px">${label}</span><br>${markup}</td></tr>`,
  )}</table>
<p style="margin:24px 0 0"><a href="${link}" style="${button(page)}">${texts.mail.view}</a></p>
${view.support_email && html`<p style="${SOFT}">${fillHtml(texts.contact, { email: html`<bdi>${view.support_email}</bdi>` })}</p>`}
<p style="${SOFT}">${reason}</p>
</div>
</body>
</html>
`
}

/** A short name stays on one line; letters of other scripts are wider. */
function name({ shop }: PageContext): Html {
  return /^[ -\u024f]{1,20}$/.test(shop)
    ? html`<bdi style="white-space:nowrap">${shop}</bdi>`
    : html`<bdi>${shop}</bdi>`
}

/** In the merchant's colour as on the page's light theme, with an edge where it would melt into the paper. */
function button({ view: { brand } }: PageContext): string {
  const colors = buttonColors(brandHex(brand?.button_color ?? brand?.brand_color ?? null) ?? BUTTON, 'light')
  return `display:inline-block;padding:11px 19px;border:1px solid ${colors['--accent-line']};border-radius:8px;background:${colors['--accent']};color:${colors['--on-accent']};font-weight:600;text-decoration:none`
}
