/** All words of the test bank's page in one language. */
export type BankTexts = {
  readonly dir: 'ltr' | 'rtl'
  /** Name of the page in the browser's tab. */
  readonly title: string
  readonly bank: string
  readonly question: string
  readonly shop: string
  readonly amount: string
  readonly card: string
  readonly yes: string
  /** What comes of that answer, in one line. */
  readonly yes_does: string
  readonly no: string
  readonly no_does: string
  /** Once the customer has answered, before the page is left. */
  readonly thanks: string
  readonly unreachable: string
  /** Instead of the question, when it has been answered before. */
  readonly answered: string
  readonly go_back: string
  readonly script_needed: string
}
