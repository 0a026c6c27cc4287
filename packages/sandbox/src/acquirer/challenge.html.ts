import { escapeHtml } from './html.ts'
import type { Payment } from './model.ts'

export type ChallengePage = {
  readonly payment: Payment
  /** Where the answer is posted: this page's own address. */
  readonly path: string
  /** The page that frames this one; null when the customer was sent here with the whole window. */
  readonly parent_origin: string | null
  /** Amount as a person reads it, e.g. `49.99 USD`. */
  readonly amount: string
  readonly nonce: string
  readonly style: string
}

/** The script enables the buttons: pressed before it is there, they would do nothing. */
const QUESTION = `<div class="choices"><button type="button" class="yes" data-outcome="authorise" disabled>Yes, it is me</button>
<button type="button" data-outcome="fail" disabled>No, stop this payment</button></div>`

/** The page of the test bank, which asks its customer whether a payment is theirs. */
export function challengeHtml({ payment, path, parent_origin, amount, nonce, style }: ChallengePage): string {
  const isOpen = payment.status === 'requires_action'
  const facts = [
    ['Shop', payment.descriptor],
    ['Amount', amount],
    ['Card', payment.card ? `${payment.card.brand} •••• ${payment.card.last_four}` : ''],
  ].map(([name = '', value = '']) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Test Bank: confirm a payment</title>
<style nonce="${nonce}">${style}</style>
<script type="module" nonce="${nonce}" src="/element/challenge.ts"></script>
</head>
<body>
<main id="challenge" data-path="${escapeHtml(path)}" data-parent-origin="${escapeHtml(parent_origin ?? '')}"
  data-return-url="${escapeHtml(payment.return_url ?? '')}" data-open="${isOpen}">
<p class="bank">Test Bank</p>
<h1>${isOpen ? 'Is this payment yours?' : 'This question has been answered'}</h1>
<dl>${facts.join('')}</dl>
${isOpen ? QUESTION : '<p>You can go back to the shop.</p>'}
<p id="note" role="status"></p>
</main>
<noscript>The test bank needs JavaScript for its answer.</noscript>
</body>
</html>
`
}
