import { brandName } from '../browser/cardNumber.ts'
import { escapeHtml, headHtml } from '../html.ts'
import type { Payment } from '../model.ts'
import { type Language, langTag } from '../../language.ts'
import { BANK_TEXTS } from './bankTexts.ts'
import type { BankTexts } from './texts.ts'

export type ChallengePage = {
  readonly payment: Payment
  readonly language: Language
  /** Where the answer is posted: this page's own address. */
  readonly path: string
  /** The page that frames this one; null when the customer was sent here with the whole window. */
  readonly parent_origin: string | null
  /** Amount as a person reads it, e.g. `$49.99`. */
  readonly amount: string
  readonly nonce: string
  readonly style: string
}

/** The script enables the buttons: pressed before it is there, they would do nothing. */
const question = (words: BankTexts) => `<div class="answer" id="answer"><div class="choices">
<div><button type="button" class="yes" data-outcome="authorise" aria-describedby="yes-does" disabled>${escapeHtml(words.yes)}</button>
<p id="yes-does">${escapeHtml(words.yes_does)}</p></div>
<div><button type="button" data-outcome="fail" aria-describedby="no-does" disabled>${escapeHtml(words.no)}</button>
<p id="no-does">${escapeHtml(words.no_does)}</p></div></div>
<p class="thanks" id="thanks" role="status"></p></div>
<p class="trouble" id="trouble" role="status"></p>`

/** The page of the test bank, which asks its customer whether a payment is theirs. */
export function challengeHtml(page: ChallengePage): string {
  const { payment, language, path, parent_origin, amount, nonce, style } = page
  const words = BANK_TEXTS[language]
  const isOpen = payment.status === 'requires_action'
  const { card } = payment
  // What has digits in it reads from left to right in every language.
  const facts = [
    [words.shop, 'auto', payment.descriptor],
    [words.amount, 'ltr', amount],
    [words.card, 'ltr', card ? `${brandName(card.brand)} •••• ${card.last_four}` : ''],
  ].map(
    ([name = '', dir = '', value = '']) =>
      `<div><dt>${escapeHtml(name)}</dt><dd><bdi dir="${dir}">${escapeHtml(value)}</bdi></dd></div>`,
  )
  return `${headHtml({ lang: langTag(language), dir: words.dir, title: words.title, nonce, style, script: 'challenge' })}
<body>
<main id="challenge" data-path="${escapeHtml(path)}" data-parent-origin="${escapeHtml(parent_origin ?? '')}"
  data-return-url="${escapeHtml(payment.return_url ?? '')}" data-open="${isOpen}"
  data-thanks="${escapeHtml(words.thanks)}" data-unreachable="${escapeHtml(words.unreachable)}">
<p class="bank">${escapeHtml(words.bank)}</p>
<h1>${escapeHtml(isOpen ? words.question : words.answered)}</h1>
<dl>${facts.join('')}</dl>
${isOpen ? question(words) : `<p>${escapeHtml(words.go_back)}</p>`}
<noscript><p>${escapeHtml(words.script_needed)}</p></noscript>
</main>
</body>
</html>
`
}
