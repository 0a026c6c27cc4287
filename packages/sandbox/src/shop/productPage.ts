import type { Currency, PayoutCurrency } from 'skiro'
import { type Html, html } from './html.ts'
import { formatPrice, PRODUCTS, type Product } from './products.ts'

/** Where webhooks about an order go: to the account's default URL, or to one that its session brings. */
export const WEBHOOKS = ['default', 'session'] as const

/** What testers choose with the query. Customers see only the currency. */
export type Choice = {
  currency: Currency
  payout_currency: PayoutCurrency
  webhook: (typeof WEBHOOKS)[number]
}

/** The front page: three things to buy, in one form that needs no JavaScript. */
export function productPage(choice: Choice): Html {
  // The disabled button comes first so that Enter in the email field does not buy the first product.
  return html`<h1>Good things for a desk</h1>
<p class="soft">Pay by card. The shop is paid in crypto, to its own wallet.</p>
<p class="note">This is a demo; use card <code>4242 4242 4242 4242</code>, any future date, any code.</p>
<form method="post" action="/buy">
<button type="submit" disabled hidden></button>
<input type="hidden" name="currency" value="${choice.currency}">
<input type="hidden" name="payout_currency" value="${choice.payout_currency}">
<input type="hidden" name="webhook" value="${choice.webhook}">
<label for="email">Email for the receipt (optional)</label>
<input id="email" name="customer_email" type="email" autocomplete="email" maxlength="254">
<ul class="grid">${PRODUCTS.map((product) => card(product, choice))}</ul>
</form>`
}

function card(product: Product, { currency }: Choice): Html {
  return html`<li class="card">
<svg viewBox="0 0 120 120" aria-hidden="true">${product.picture}</svg>
<h2>${product.name}</h2>
<p class="soft">${product.line}</p>
<div class="buy"><span class="price">${formatPrice(product.amount, currency)}</span>
<button name="product" value="${product.id}" aria-label="Buy ${product.name}">Buy</button></div>
</li>`
}
