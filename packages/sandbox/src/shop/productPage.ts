import type { Currency, PayoutCurrency } from 'skiro'
import type { Language } from '../language.ts'
import { formatMoney } from '../money.ts'
import { STATUS_WORDS } from './customerPart.ts'
import { type Html, html } from './html.ts'
import { type Order, orderState } from './order.ts'
import { nameOf, PRODUCTS, type Product } from './products.ts'

/** Where webhooks about an order go: to the account's default URL, or to one that its session brings. */
export const WEBHOOKS = ['default', 'session'] as const

/** What testers choose with the query. Customers see only the currency. */
export type Choice = {
  currency: Currency
  payout_currency: PayoutCurrency
  webhook: (typeof WEBHOOKS)[number]
}

/** Who looks at the front page: how they write money, and what they ordered before. */
export type Visitor = { language: Language; orders: readonly Order[] }

/** What a few cards do, for those who type them. */
const CARDS = [
  ['4242 4242 4242 4242', 'pays'],
  ['4000 0000 0000 0002', 'is declined'],
  ['4000 0000 0000 3220', 'pays once its bank has asked you'],
  ['4000 0000 0000 3063', 'the same, on a page of the bank’s own'],
] as const

/** The front page: three things to buy, in one form that needs no JavaScript. */
export function productPage(choice: Choice, visitor: Visitor): Html {
  // The disabled button comes first so that Enter in the email field does not buy the first product.
  return html`<h1>Good things for a desk</h1>
<p class="soft">You pay by card, in ${choice.currency}. What reaches the shop is ${choice.payout_currency}.</p>
<p class="note">Pay with a <a href="#cards">test card</a>: the payment page fills it in for you.</p>
<form method="post" action="/buy">
<button type="submit" disabled hidden></button>
<input type="hidden" name="currency" value="${choice.currency}">
<input type="hidden" name="payout_currency" value="${choice.payout_currency}">
<input type="hidden" name="webhook" value="${choice.webhook}">
<ul class="grid">${PRODUCTS.map((product) => card(product, choice, visitor))}</ul>
<label for="email">Email for the receipt (optional: the payment page asks, too)</label>
<input id="email" name="customer_email" type="email" autocomplete="email" maxlength="254">
</form>
${visitor.orders.length > 0 && ownOrders(visitor)}
<section id="cards"><h2>Test cards</h2>
<p class="soft">Any future date, any 3 digits, any name.</p>
<ul class="plain">${CARDS.map(([number, does]) => html`<li><code class="number">${number}</code> ${does}</li>`)}</ul></section>`
}

function card(product: Product, { currency }: Choice, { language }: Visitor): Html {
  return html`<li class="card">
<svg viewBox="0 0 120 120" aria-hidden="true">${product.picture}</svg>
<div class="words"><h2>${product.name}</h2>
<p class="soft">${product.line}</p></div>
<div class="buy"><bdi class="price">${formatMoney(product.amount, currency, language)}</bdi>
<button name="product" value="${product.id}" aria-label="Buy ${product.name}">Buy</button></div>
</li>`
}

/** The way back to an order whose page was closed. */
function ownOrders({ orders, language }: Visitor): Html {
  return html`<section id="orders"><h2>Your orders</h2>
<ul class="plain ways">${orders.map(({ fields, events }) => {
    const { id, product, amount, currency, created_at } = fields
    const { status } = orderState(events)
    return html`<li><a href="/orders/${id}">${nameOf(product)}, <bdi>${formatMoney(amount, currency, language)}</bdi></a>
<span class="soft">${STATUS_WORDS[status]} · <time datetime="${created_at}">${created_at.slice(0, 10)}</time></span></li>`
  })}</ul>
<p class="soft">A cookie of this browser remembers the last five, for 30 days.</p></section>`
}
