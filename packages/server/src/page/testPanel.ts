import type { TestCard } from '../adapters/acquirer.ts'
import { html, type Html } from './html.ts'
import { ICONS } from './icons.ts'
import type { PageContext } from './pageContext.ts'
import type { PanelTexts } from './texts/texts.ts'

type Fill = readonly [card: TestCard, last_four: string, what: keyof PanelTexts]

/** The cards that a developer tries, by what happens to them. The digits are those of the numbers that everybody knows. */
export const FILLS: Readonly<Record<'fill' | 'three_ds', readonly Fill[]>> = {
  fill: [
    ['visa', '4242', 'pays'],
    ['card_declined', '0002', 'declined'],
    ['insufficient_funds', '9995', 'no_funds'],
  ],
  three_ds: [
    ['three_ds_challenge', '3220', 'bank_asks'],
    ['three_ds_redirect', '3063', 'bank_page'],
    ['authentication_failed', '1280', 'bank_refuses'],
  ],
}

/**
 * For the developer in test mode: cards to fill in by what they do, the session in the API, the end of the session. What
 * fills in, what copies and what destroys do not look alike. Nothing of it is in a page of live mode.
 */
export function testPanel(page: PageContext): Html | null {
  const { view, texts } = page
  if (view.livemode) return null
  const words = texts.panel
  // The browser knows the address under which this server is reached.
  const inApi = `curl {origin}/v1/checkout/${view.session_id} -H "Authorization: Bearer $SKIRO_API_KEY"`
  return html`<aside class="test-panel" id="test-panel" tabindex="-1" aria-labelledby="test-panel-title">
<h2 id="test-panel-title">${words.heading}</h2>
<p>${texts.test_hint}</p>
${fills(page, 'fill')}${fills(page, 'three_ds')}
<button type="button" class="copy" data-copy="${inApi}" title="${inApi}">${ICONS.copy}<span>${words.session}</span><span class="done">${texts.live.copied}</span></button>
<code class="copied-text" id="copy-text" dir="ltr" hidden></code>
<div class="expire"><button type="button" class="danger" id="test-expire">${words.expire}</button>
<div role="group" aria-labelledby="expire-question" id="expire-ask" hidden><p id="expire-question">${words.expire_ask}</p><button type="button" class="danger" id="expire-yes">${words.yes}</button><button type="button" class="keep" id="expire-no">${words.no}</button></div></div>
</aside>`
}

/** One group of cards; none that the acquirer's frame cannot fill in. */
function fills({ view, texts }: PageContext, group: keyof typeof FILLS): Html | null {
  const words = texts.panel
  const known = FILLS[group].filter(([card]) => view.element?.test_cards.includes(card))
  if (known.length === 0) return null
  return html`<p class="group" id="test-${group}">${words[group]}</p><ul aria-labelledby="test-${group}">${known.map(
    ([card, last_four, what]) =>
      html`<li><button type="button" class="fill" data-fill="${card}"><span>${words[what]}</span> <bdi dir="ltr">•••• ${last_four}</bdi></button></li>`,
  )}</ul>`
}
