import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { SkiroError } from 'skiro'
import { Html, html } from './html.ts'

/** One page. `script` and `refresh_s` keep it live, with and without JavaScript. */
export type Page = { title: string; body: Html; script?: string; refresh_s?: number }

/** Sends pages and data with the shop's headers. `pay_origin` is where a form may lead besides the shop. */
export function createSendPage(pay_origin: string) {
  return (reply: FastifyReply, status: number, page: Page): FastifyReply => {
    const nonce = randomBytes(16).toString('base64')
    // Browsers apply form-action to redirects too, and the page to pay on may be on any host of the gateway.
    const forms = `'self' ${pay_origin} https: http://127.0.0.1:* http://localhost:*`
    return reply
      .code(status)
      .header(
        'content-security-policy',
        `default-src 'none'; style-src 'self'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src 'self'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
      )
      .type('text/html; charset=utf-8')
      .send(layout(page, nonce))
  }
}

/** Sends one page. */
export type SendPage = ReturnType<typeof createSendPage>

function layout({ title, body, script, refresh_s }: Page, nonce: string): string {
  const refresh =
    refresh_s === undefined
      ? null
      : html`<noscript><meta http-equiv="refresh" content="${refresh_s}"></noscript>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Fern &amp; Field</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${refresh}
<link rel="stylesheet" href="/style.css">
</head>
<body>
<p class="demo">A demo: no real card is charged.</p>
<header><a class="brand" href="/">Fern <span>&amp;</span> Field</a></header>
<main>${body}</main>
<footer><span class="soft">Nothing is shipped.</span><a href="/terms">Terms</a><a href="/privacy">Privacy</a><a href="/help">Help</a>
<a href="/webhooks">Its webhooks, for developers</a></footer>
${script === undefined ? null : html`<script nonce="${nonce}">${new Html(script)}</script>`}
</body>
</html>
`.text
}

/** A page that says one thing and leads back. */
export function message(title: string, text: string, way = '/', way_text = 'Back to the shop'): Page {
  return {
    title,
    body: html`<h1>${title}</h1><p>${text}</p><p><a class="button" href="${way}">${way_text}</a></p>`,
  }
}

/** The same when the gateway refused something, or did not answer. */
export function failed(title: string, error: SkiroError, way: string, way_text: string): Page {
  const { code, message: reason, request_id } = error
  const body = html`<h1>${title}</h1><p>${reason}</p>
<p class="soft"><code>${code}</code>${request_id && html` · <code>${request_id}</code>`}</p>
<p><a class="button" href="${way}">${way_text}</a></p>`
  return { title, body }
}

/** The picture in the browser's tab. */
export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f6b4f"/><path d="M16 27V13m0 8c-5 0-7-3-7-7 5 0 7 3 7 7m0-4c0-5 2-8 7-9 0 6-3 9-7 9" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>'
