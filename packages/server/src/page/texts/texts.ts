import type { DeclineGroup } from '../declines.ts'

/**
 * All words of the hosted page in one language. Placeholders in braces are filled in when the page is made:
 * `{shop}` the merchant's name, `{amount}` formatted money, `{email}`, `{card}`, `{time}`. Every language uses the
 * same placeholders in the same text; a test compares them. Nothing here names what the merchant is paid in: the
 * buyer pays by card and need not know more.
 */
export type PageTexts = {
  /** The language's own name, as its readers write it. */
  readonly name: string
  readonly dir: 'ltr' | 'rtl'
  readonly language_label: string
  readonly powered_by: string
  readonly contact: string
  readonly back_to_shop: string
  readonly go_to_shop: string
  /** Stands for the merchant where no name is known. */
  readonly the_shop: string
  readonly test_badge: string
  readonly test_hint: string
  readonly test_copy: string
  readonly open: {
    readonly title: string
    readonly email: string
    readonly email_optional: string
    readonly card: string
    readonly frame_title: string
    readonly frame_failed: string
    readonly frame_retry: string
    readonly pay_button: string
    readonly card_privacy: string
    readonly script_needed: string
  }
  /** What the browser script says as things happen. */
  readonly live: {
    readonly email_invalid: string
    readonly paying: string
    readonly checking: string
    readonly not_charged: string
    readonly expires_in: string
    readonly copied: string
  }
  readonly declines: Record<DeclineGroup, string>
  readonly processing: StateTexts
  readonly paid: StateTexts & { readonly confirming: string; readonly receipt: ReceiptTexts }
  readonly failed: StateTexts
  readonly expired: StateTexts
  readonly unknown: StateTexts
}

export type StateTexts = { readonly title: string; readonly heading: string; readonly text: string }

export type ReceiptTexts = {
  readonly amount: string
  readonly shop: string
  readonly card: string
  readonly time: string
  readonly email: string
  readonly transaction: string
}
