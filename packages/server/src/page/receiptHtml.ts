import { fillHtml } from './fill.ts'
import { html, type Html } from './html.ts'
import type { PageContext } from './pageContext.ts'
import { receiptRows } from './receipt.ts'

// Mail programs know no stylesheets worth the name, so styles stand in the elements. Nothing is loaded from anywhere.
const BODY =
  "margin:0;padding:24px 12px;background:#f4f5f8;color:#14171f;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif"
const CARD = 'max-width:520px;margin:0 auto;padding:28px;background:#ffffff;border-radius:12px'
const CELL = 'padding:9px 0;border-top:1px solid #dfe2e9;vertical-align:top'
const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#374fd5;color:#ffffff;font-weight:600;text-decoration:none'
const SOFT = 'margin:16px 0 0;color:#565d6b;font-size:14px'

/** The receipt as an HTML mail. `link` leads to the page of the receipt. */
export function receiptHtml(page: PageContext, link: string): Html {
  const { texts, view, say } = page
  const [start, align] = texts.dir === 'rtl' ? ['right', 'left'] : ['left', 'right']
  const reason = fillHtml(texts.mail.reason, { email: html`<bdi>${view.customer_email}</bdi>` })
  return html`<!doctype html>
<html lang="${page.locale}" dir="${texts.dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${page.plain(texts.mail.subject)}</title></head>
<body dir="${texts.dir}" style="${BODY}">
<div style="${CARD}">
${!view.livemode && html`<p style="margin:0 0 12px;color:#7a4f01;font-weight:600">${texts.test_badge}</p>`}
<h1 style="margin:0;font-size:22px;line-height:1.3">${say(texts.mail.heading)}</h1>
<p style="margin:8px 0 20px">${say(texts.mail.text)}</p>
${page.bought && html`<p dir="auto" style="margin:0 0 16px;text-align:${start};font-weight:600;overflow-wrap:anywhere">${page.bought}</p>`}
<table role="presentation" cellpadding="0" cellspacing="0" width="100%" dir="${texts.dir}" style="border-collapse:collapse;font-size:15px">${receiptRows(
    page,
  ).map(
    ({ label, markup }) =>
      html`<tr><td style="${CELL};color:#565d6b;padding-inline-end:16px">${label}</td><td style="${CELL}" align="${align}">${markup}</td></tr>`,
  )}</table>
<p style="margin:24px 0 0"><a href="${link}" style="${BUTTON}">${texts.mail.view}</a></p>
${view.support_email && html`<p style="${SOFT}">${fillHtml(texts.contact, { email: html`<bdi>${view.support_email}</bdi>` })}</p>`}
<p style="${SOFT}">${reason}</p>
</div>
</body>
</html>
`
}
