import { html } from './html.ts'
import type { Page } from './page.ts'

/** The pages that the payment page links to: every shop has them. */
export const POLICIES: Readonly<Record<'terms' | 'privacy' | 'help', Page>> = {
  terms: {
    title: 'Terms',
    body: html`<h1>Terms</h1>
<p>Fern &amp; Field is a demo. It sells nothing, ships nothing and charges no real card.</p>
<p>An order is placed when its payment is complete. What was paid is given back on request, within 14 days.</p>`,
  },
  privacy: {
    title: 'Privacy',
    body: html`<h1>Privacy</h1>
<p>The shop keeps your orders and, when you give one, your email address, in a file on this computer.</p>
<p>Card numbers are typed into the card processor’s own fields. Neither the shop nor the payment page sees them.</p>`,
  },
  help: {
    title: 'Help',
    body: html`<h1>Help</h1>
<p>Your card statement shows FERN &amp; FIELD. For questions about an order, have its number ready: it begins with ORD.</p>
<p><a class="button" href="/">Back to the shop</a></p>`,
  },
}
