import { html } from './html.ts'
import type { Page } from './page.ts'

/** Where customers write to; the payment page shows it, too. */
export const SUPPORT_EMAIL = 'help@fernandfield.example'

/** The pages that the payment page links to: every shop has them. */
export const POLICIES: Readonly<Record<'terms' | 'privacy' | 'help', Page>> = {
  terms: {
    title: 'Terms',
    body: html`<h1>Terms</h1>
<p>Fern &amp; Field is a demo. It sells nothing, ships nothing and charges no real card.</p>
<p>You place an order with “Buy”. It is paid when the payment page says so. An order that is not paid in time ends by
itself, and nothing is charged.</p>
<p>Nothing can be given back yet: this demo makes no refunds. As no real card is charged, there is nothing to give back
either.</p>`,
  },
  privacy: {
    title: 'Privacy',
    body: html`<h1>Privacy</h1>
<p>The shop keeps your orders and, when you give one, your email address, in a file on this computer. A cookie remembers
the numbers of your last five orders for 30 days, so that this browser finds the way back to them.</p>
<p>Card numbers are typed into the card processor’s own fields. Neither the shop nor the payment page sees them.</p>`,
  },
  help: {
    title: 'Help',
    body: html`<h1>Help</h1>
<p>Write to <a href="mailto:${SUPPORT_EMAIL}">${SUPPORT_EMAIL}</a>, with the number of your order: it begins with ORD. It is
the address of a demo: a real shop would answer, nobody reads this one.</p>
<p>Your card statement shows FERN &amp; FIELD.</p>
<p>The orders that you made in this browser are at the end of the <a href="/#orders">shop’s page</a>.</p>
<p><a class="button" href="/">Back to the shop</a></p>`,
  },
}
