import type { CustomerAction } from '../adapters/acquirer.ts'
import { trustBlock } from './brand/trustBlock.ts'
import { shopLine } from './endPage.ts'
import { webUrl } from './format.ts'
import { html, type Html } from './html.ts'
import { ICONS, SPINNER } from './icons.ts'
import type { PageContext } from './pageContext.ts'

/**
 * The bank asks its customer (3-D Secure). The question stands in a page of the acquirer's, or is a link to the bank's
 * own page; giving up is always possible, and outside of the bank's page. `action` null: the browser script fills it in.
 */
export function challengePage(page: PageContext, action: CustomerAction | null): Html {
  const { view, texts, say } = page
  const words = texts.authenticate
  const url = webUrl(action?.url ?? null)?.href
  return html`<main class="ending challenge" id="challenge" data-title="${page.plain(words.title)}">
${shopLine(page)}
<section class="panel">
<div class="mark calm">${ICONS.bank}</div>
<h1 tabindex="-1">${say(words.heading)}</h1>
<div class="bank-frame" id="bank-frame"${action?.kind === 'redirect' && html` hidden`}>
<p class="lead">${say(words.text)}</p>
<div class="bank-box"><iframe id="challenge-frame" title="${words.frame_title}" allow="payment *; publickey-credentials-get *"${
    action?.kind === 'frame' && url !== undefined && html` src="${url}"`
  }></iframe>${SPINNER}</div>
<div class="notice" id="challenge-help" hidden><p>${words.frame_failed}</p><button class="button quiet" type="button" id="challenge-retry">${texts.open.frame_retry}</button></div>
</div>
<div class="bank-link" id="bank-link"${action?.kind !== 'redirect' && html` hidden`}>
<p class="lead">${say(words.redirect_text)}</p>
<p class="amount">${page.amount}</p>
<a class="button" id="challenge-link"${
    action?.kind === 'redirect' && url !== undefined && html` href="${url}"`
  }><span>${words.redirect_button}</span></a>
</div>
<noscript><p class="notice">${texts.open.script_needed}</p></noscript>
<button class="button quiet" type="button" id="challenge-cancel">${words.cancel}</button>
</section>
${view.state === 'authenticate' && trustBlock(page)}
</main>`
}
