import { bought } from './bought.ts'
import { brandMark } from './brand/brandMark.ts'
import { trustBlock } from './brand/trustBlock.ts'
import { fillHtml } from './fill.ts'
import { html, type Html } from './html.ts'
import { ICONS, SPINNER } from './icons.ts'
import type { PageContext } from './pageContext.ts'
import { receipt, timePaid } from './receipt.ts'
import type { PageState } from './view.ts'

type Ending = Exclude<PageState, 'open' | 'authenticate'>

const MARKS: Record<Ending, { readonly icon: Html; readonly tone: string }> = {
  processing: { icon: SPINNER, tone: 'calm' },
  paid: { icon: ICONS.check, tone: 'good' },
  already_paid: { icon: ICONS.receipt, tone: 'good' },
  receipt: { icon: ICONS.receipt, tone: 'good' },
  failed: { icon: ICONS.cross, tone: 'bad' },
  expired: { icon: ICONS.clock, tone: 'calm' },
  unknown: { icon: ICONS.question, tone: 'calm' },
}

const PAID: ReadonlySet<PageState> = new Set(['paid', 'already_paid', 'receipt'])

/**
 * Every page that cannot be paid: what happened, what it means for the money, and the way on.
 * `confirming` is the paid page as the browser shows it between the payment and the way back to the shop.
 */
export function endPage(page: PageContext, state: Ending, options: { confirming?: boolean } = {}): Html {
  const { view, texts, say } = page
  const words = texts[state]
  const { icon, tone } = MARKS[state]
  const isPaid = PAID.has(state)
  const confirming = options.confirming === true
  return html`<main class="ending" id="main" data-title="${page.plain(words.title)}">
${view.merchant_name !== null && shopLine(page)}
<section class="panel">
<div class="mark ${tone}">${icon}</div>
<h1 tabindex="-1">${say(words.heading)}</h1>
<p class="lead">${state === 'receipt' ? fillHtml(words.text, { time: timePaid(page) }) : say(words.text)}</p>
${bought(page)}
${state === 'processing' && html`<p class="amount">${page.amount}</p>`}
${
  state === 'paid' &&
  // Back from a bank's own page, the script shows it.
  html`<p class="confirming" id="confirming"${!confirming && html` hidden`}>${SPINNER}<span>${say(texts.paid.confirming)}</span></p>`
}
${wayOn(page, state)}
${isPaid && !confirming && receipt(page)}
</section>
${trustBlock(page)}
</main>`
}

/** Who is paid, above what happened. */
export function shopLine(page: PageContext): Html {
  const { view, texts, shop } = page
  return html`<p class="shop">${brandMark(page)}<bdi>${shop}</bdi>${
    !view.livemode && html`<span class="badge">${texts.test_badge}</span>`
  }</p>`
}

function wayOn({ texts, return_url, shop_url, say }: PageContext, state: Ending): Html | null {
  if (PAID.has(state)) {
    return return_url === null
      ? null
      : html`<a class="button" href="${return_url}"><span>${say(texts.back_to_shop)}</span></a>`
  }
  // While it is processing the front page is no help: going there invites a second order.
  if (shop_url === null || state === 'processing') return null
  return html`<a class="button" href="${shop_url}"><span>${say(texts.go_to_shop)}</span></a>`
}
