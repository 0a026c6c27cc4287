import type { Book } from './book.ts'
import type { Verdict } from './checkBook.ts'
import { escapeHtml } from './html.ts'
import { majorUnits } from './majorUnits.ts'
import type { Payment } from './model.ts'

const SHOWN = 100

function rowHtml(payment: Payment): string {
  const { card, failure } = payment
  const cells = [
    payment.created_at,
    payment.id,
    payment.reference,
    `${majorUnits(payment.amount_minor)} ${payment.currency}`,
    failure ? `${payment.status}: ${failure.code}` : payment.status,
    majorUnits(payment.captured_minor),
    majorUnits(payment.refunded_minor),
    card ? `${card.brand} ${card.last_four}` : '',
  ]
  return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`
}

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{margin:2rem;max-width:80rem}
table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem .6rem;border-bottom:1px solid #8884}
td{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}`

/** The book for a person: the verdict and the latest payments. */
export function simPageHtml(book: Book, verdict: Verdict, nonce: string): string {
  const latest = [...book.payments.values()].slice(-SHOWN).toReversed()
  const heads = ['Created', 'Payment', 'Reference', 'Amount', 'Status', 'Captured', 'Refunded', 'Card']
  const state = verdict.ok ? 'The book balances.' : `The book is wrong: ${verdict.problems.join('; ')}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated card acquirer</title><style nonce="${nonce}">${STYLE}</style></head>
<body><h1>Simulated card acquirer</h1>
<p>${escapeHtml(state)} ${book.payments.size} payments, ${book.entries.length} entries.
<a href="/_sim/book">Whole book as JSON</a></p>
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${latest.map(rowHtml).join('\n')}</tbody></table></body></html>
`
}
