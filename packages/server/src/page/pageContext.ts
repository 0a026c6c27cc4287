import { visibleText } from '../lib/visibleText.ts'
import { fill, fillHtml } from './fill.ts'
import { formatAmount, webUrl } from './format.ts'
import { html, type Html } from './html.ts'
import { type Locale, textsOf } from './locale.ts'
import type { PageTexts } from './texts/texts.ts'
import type { PageView } from './view.ts'

/** What every part of the page needs: the view, the words, and both put together. */
export type PageContext = {
  readonly view: PageView
  readonly locale: Locale
  readonly texts: PageTexts
  /** The merchant's name, or "the shop". */
  readonly shop: string
  /** The amount as the locale writes it. Left to right in every language: `US$` must not turn into `$US`. */
  readonly amount: Html
  /** The same as plain text; empty when there is none. */
  readonly amount_text: string
  /** What is bought, as it may be shown; null when the shop did not say. */
  readonly bought: string | null
  /** Where a paid customer goes. */
  readonly return_url: string | null
  /** The shop's front page: `redirect_url` itself would show "order complete" to somebody who did not pay. */
  readonly shop_url: string | null
  /** A text with `{shop}` or `{amount}` filled in, as markup. */
  readonly say: (text: string) => Html
  /** A text with `{shop}` filled in, as plain text. */
  readonly plain: (text: string) => string
}

/** Prepares a view for printing in one language. `words` stand in for that language's own; for tests. */
export function pageContext(view: PageView, language: string, words?: PageTexts): PageContext {
  const { locale, texts: own } = textsOf(language)
  const texts = words ?? own
  const shop = visibleText(view.merchant_name ?? '').trim() || texts.the_shop
  const amount_text =
    view.amount !== null && view.currency !== null ? formatAmount(view.amount, view.currency, locale) : ''
  const amount = html`<bdi dir="ltr">${amount_text}</bdi>`
  const redirect = webUrl(view.redirect_url)
  return {
    view,
    locale,
    texts,
    shop,
    amount,
    amount_text,
    bought: visibleText(view.description ?? '').trim() || null,
    return_url: redirect?.href ?? null,
    shop_url: redirect?.origin ?? null,
    say: (text) => fillHtml(text, { shop, amount }),
    plain: (text) => fill(text, { shop }),
  }
}

/** The merchant's monogram: the first letter of the name, whole even when it is an emoji or a composed letter. */
export function monogram(shop: string): Html {
  const [first] = new Intl.Segmenter().segment(shop)
  return html`<span class="monogram" aria-hidden="true">${first?.segment.toUpperCase()}</span>`
}
