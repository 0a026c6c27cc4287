import type { TestCard } from '../adapters/acquirer.ts'
import { fillHtml } from './fill.ts'
import { html, type Html } from './html.ts'
import type { PageContext } from './pageContext.ts'
import type { PanelTexts } from './texts/texts.ts'

/** The cards that a developer tries, by what happens to them. */
const FILLS: readonly (readonly [TestCard, keyof PanelTexts])[] = [
  ['visa', 'pays'],
  ['card_declined', 'declined'],
  ['insufficient_funds', 'no_funds'],
  ['three_ds_challenge', 'bank_asks'],
  ['three_ds_redirect', 'bank_page'],
  ['authentication_failed', 'bank_refuses'],
]

/**
 * For the developer in test mode: cards to fill in by what they do, the end of the session, the session in the API.
 * Nothing of it is in a page of live mode.
 */
export function testPanel({ view, texts }: PageContext): Html | null {
  if (view.livemode) return null
  const words = texts.panel
  const card = html`<button type="button" class="copy" dir="ltr" data-copy="4242424242424242" title="${texts.test_copy}">4242 4242 4242 4242</button>`
  // The browser knows the address under which this server is reached.
  const inApi = `curl {origin}/v1/checkout/${view.session_id} -H "Authorization: Bearer $SKIRO_API_KEY"`
  const fills = FILLS.filter(([name]) => view.element?.test_cards.includes(name))
  return html`<aside class="test-panel" aria-labelledby="test-panel-title">
<h2 id="test-panel-title">${words.heading}</h2>
<p>${fillHtml(texts.test_hint, { card })}</p>
${
  fills.length > 0 &&
  html`<p id="test-fill">${words.fill}</p><ul class="chips" aria-labelledby="test-fill">${fills.map(
    ([name, word]) =>
      html`<li><button type="button" class="copy" data-fill="${name}">${words[word]}</button></li>`,
  )}</ul>`
}
<ul class="chips"><li><button type="button" class="copy" id="test-expire">${words.expire}</button></li><li><button type="button" class="copy" data-copy="${inApi}" title="${inApi}">${words.session}</button></li></ul>
</aside>`
}
