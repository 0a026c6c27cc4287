import type { Assets } from './assets.ts'
import { brandStyle } from './brand/brandStyle.ts'
import { challengePage } from './challengePage.ts'
import { endPage } from './endPage.ts'
import { html, type Html, raw, toText } from './html.ts'
import { languageMenu } from './languageMenu.ts'
import { langTag } from './locale.ts'
import { openPage } from './openPage.ts'
import { type PageContext, pageContext } from './pageContext.ts'
import type { PageData } from './pageData.ts'
import type { PageTexts } from './texts/texts.ts'
import type { PageState, PageView } from './view.ts'

export type RenderOptions = {
  /** The nonce of this answer's Content-Security-Policy; a new one for every answer. */
  readonly nonce: string
  readonly locale: string
  readonly assets: Assets
  /** What links to this page in another language carry on; from `keptQuery`. */
  readonly kept?: string
  /** Other words than the locale's. Only tests give them. */
  readonly texts?: PageTexts
}

// A data URL, so that no browser asks this origin for /favicon.ico.
const FAVICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect y='2' width='16' height='12' rx='3' fill='%23374fd5'/><path d='M0 6h16' stroke='white' stroke-width='2'/></svg>"

/**
 * The whole HTML document of a view. Complete without scripts: shop, amount, state and contact are in the markup.
 * The same view gives the same bytes for the same options.
 */
export function renderPage(view: PageView, options: RenderOptions): string {
  const page = pageContext(view, options.locale, options.texts)
  const words = view.attempt_error ? page.texts.declined : page.texts[view.state]
  const title = page.plain(words.title)
  const document = html`<!doctype html>
<html lang="${langTag(page.locale)}" dir="${page.texts.dir}" data-page="${JSON.stringify(pageData(page))}">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<link rel="icon" href="${FAVICON}">
<style nonce="${options.nonce}">${raw(options.assets.style_body)}</style>
${brandTag(page, options)}${scriptTags(options)}
</head>
<body>
${mainOf(page, view.state)}
${footer(page, options.kept)}
<p class="visually-hidden" role="status" id="status"></p>
${laterStates(page)}
</body>
</html>
`
  return toText(document)
}

function mainOf(page: PageContext, state: PageState): Html {
  if (state === 'open') return openPage(page)
  return state === 'authenticate' ? challengePage(page, page.view.action) : endPage(page, state)
}

/**
 * The script waits for nobody and nobody waits for it: the page is seen before it comes. What the card frame says in
 * the meantime is kept for it.
 */
function scriptTags({ nonce, assets }: RenderOptions): Html {
  return html`<script nonce="${nonce}">${raw(assets.early_body)}</script>
<script defer src="${assets.script_path}" integrity="${assets.script_integrity}" nonce="${nonce}"></script>`
}

/** In the document, because a file of its own would be one more request before anything can be seen. */
function brandTag({ view }: PageContext, { nonce }: RenderOptions): Html | null {
  const style = view.brand && brandStyle(view.brand.brand_color, view.brand.button_color)
  return style === null ? null : html`<style nonce="${nonce}">${raw(style)}</style>\n`
}

/** The states that the browser script can show without asking for a new page, kept inert until then. */
function laterStates(page: PageContext): Html | null {
  const { state } = page.view
  if (state !== 'open' && state !== 'authenticate' && state !== 'processing') return null
  return html`${
    state === 'open' && html`<template id="authenticate">${challengePage(page, null)}</template>`
  }${
    state !== 'processing' && html`<template id="processing">${endPage(page, 'processing')}</template>`
  }<template id="paid">${endPage(page, 'paid', { confirming: true })}</template>`
}

function footer({ locale, texts }: PageContext, kept = ''): Html {
  return html`<footer><p>${texts.powered_by}</p>${languageMenu(locale, texts, kept)}</footer>`
}

function pageData(page: PageContext): PageData | null {
  const { view, texts } = page
  if (view.session_id === null) return null
  return {
    session_id: view.session_id,
    state: view.state,
    server_time: view.server_time,
    expires_at: view.expires_at,
    redirect_url: page.return_url,
    action: view.action,
    texts: {
      ...texts.live,
      bank_checking: texts.authenticate.checking,
      time_offer: texts.time.offer,
      time_given: texts.time.given,
      declines: texts.declines,
    },
  }
}
