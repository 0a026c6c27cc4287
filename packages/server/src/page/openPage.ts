import { bought } from './bought.ts'
import { brandMark } from './brand/brandMark.ts'
import { ownSite } from './brand/ownSite.ts'
import { trustBlock } from './brand/trustBlock.ts'
import { declineGroup } from './declines.ts'
import { html, type Html } from './html.ts'
import { ICONS, SPINNER } from './icons.ts'
import type { PageContext } from './pageContext.ts'
import { testPanel } from './testPanel.ts'

/** The page that can be paid: summary first, then e-mail, the acquirer's card frame and the pay button. */
export function openPage(page: PageContext): Html {
  const { view, texts, say } = page
  return html`<main class="checkout" id="main">
<header class="summary">
<div class="brand">${wayBack(page)}${!view.livemode && html`<a class="to-panel" href="#test-panel"><span class="badge">${texts.test_badge}</span></a>`}</div>
<h1 tabindex="-1">${say(texts.open.title)}</h1>
<p class="amount">${page.amount}</p>
<p class="currency"><bdi>${view.currency}</bdi></p>
${bought(page)}
</header>
<form class="panel" id="payment" method="post" novalidate>
${emailField(page)}
${cardField(page)}
${alertBox(page)}
<button class="button pay" id="pay" type="submit" disabled><span class="idle">${ICONS.lock}<span>${say(texts.open.pay_button)}</span></span><span class="busy">${SPINNER}<span>${texts.live.paying}</span></span></button>
<div class="countdown" id="countdown" hidden><p id="countdown-text"></p><button class="button quiet" type="button" id="more-time">${texts.time.more}</button></div>
<p class="note">${say(texts.open.card_privacy)}</p>
</form>
${testPanel(page)}
${trustBlock(page)}
</main>`
}

/** The merchant's mark; where its site is known, the way back there: who is unsure whom to pay looks for one. */
function wayBack(page: PageContext): Html {
  const site = ownSite(page.view)
  if (site === null) return brandMark(page)
  return html`<a class="to-shop" href="${site}">${ICONS.back}<span class="visually-hidden">${page.say(page.texts.go_to_shop)}</span>${brandMark(page)}</a>`
}

/** Why the last card did not pay. The script shows and hides its parts; what they say is printed here already. */
function alertBox({ view, texts }: PageContext): Html {
  const { heading, not_charged, code_again } = texts.declined
  const error = view.attempt_error
  const unless = error === null && html` hidden`
  return html`<div class="alert" role="alert" tabindex="-1" id="alert"${unless}>${ICONS.alert}<div><strong id="alert-title"${unless}>${heading}</strong><p id="alert-charge"${unless}>${not_charged}</p><p id="alert-text">${
    error && texts.declines[declineGroup(error.code)]
  }</p><p id="alert-code" hidden>${code_again}</p></div></div>`
}

function emailField({ view, texts }: PageContext): Html {
  return html`<div class="field">
<div class="label"><label for="email">${texts.open.email}</label><span id="email-optional">${view.mails_receipt ? texts.open.email_receipt : texts.open.email_optional}</span></div>
<input id="email" name="email" type="email" autocomplete="email" inputmode="email" enterkeyhint="next" autocapitalize="off" spellcheck="false" maxlength="254" pattern="[^@ ]+@[^@ ]+[.][^@ ]+" dir="ltr" value="${view.customer_email}" aria-describedby="email-optional">
<p class="field-error" id="email-error" hidden>${texts.live.email_invalid}</p>
</div>`
}

/**
 * The frame may use Payment Request in the issuer pages it nests (3-D Secure), and browser autofill, which Chrome
 * gives to a frame of another origin only when it is allowed by name.
 */
function cardField(page: PageContext): Html {
  const { view, texts } = page
  return html`<div class="field" role="group" aria-labelledby="card-label">
<div class="label"><h2 id="card-label">${texts.open.card}</h2></div>
<noscript><p class="notice">${texts.open.script_needed}</p></noscript>
<p class="notice script-missing">${texts.open.script_needed}</p>
<div class="frame" id="frame-box">${
    view.element &&
    html`<div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
<iframe id="card-frame" title="${texts.open.frame_title}" allow="payment *; autofill" src="${view.element.frame_url}" data-origin="${view.element.origin}"></iframe>`
  }</div>
<div class="notice" id="frame-help"${view.element && html` hidden`}><p>${texts.open.frame_failed}</p><button class="button quiet" type="button" id="frame-retry">${texts.open.frame_retry}</button></div>
</div>`
}
