import type { FieldCode } from '../browser/checkCard.ts'

/** Words that the card fields show before and between errors. */
type Labels = {
  /** What the `lang` attribute says. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly title: string
  readonly number: string
  readonly exp: string
  readonly csc: string
  readonly name: string
  /**
   * Stands in the empty field. Month before year in every language: so it is on the card. From the left, as the digits
   * are typed: words of right-to-left languages have left-to-right marks between them.
   */
  readonly exp_hint: string
  readonly script_needed: string
}

/** What is wrong, as something to do. With `_4`: for a brand whose code has four digits, on the front. */
export type ErrorTexts = Readonly<
  Record<FieldCode | 'missing_csc_4' | 'incomplete_csc_4' | 'send_failed', string>
>

/** All words of the card fields in one language. */
export type FrameTexts = Labels & ErrorTexts
