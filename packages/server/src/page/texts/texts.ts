import type { DeclineGroup } from '../declines.ts'

/**
 * All words of the hosted page in one language. Placeholders in braces are filled in when the page is made:
 * `{shop}` the merchant's name, `{amount}` formatted money, `{email}`, `{time}`, `{descriptor}`. Every language uses the
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
  /** Links of the trust block; each stands only where the merchant has given the page. */
  readonly terms_link: string
  readonly privacy_link: string
  /** What the card statement will say: `{descriptor}`. */
  readonly statement: string
  readonly test_badge: string
  readonly test_hint: string
  readonly open: {
    readonly title: string
    readonly email: string
    readonly email_optional: string
    /** In its place where a receipt is mailed to the address. */
    readonly email_receipt: string
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
    readonly offline: string
  }
  /** The time limit: what is offered when it gets short (WCAG 2.2.1). */
  readonly time: { readonly offer: string; readonly more: string; readonly given: string }
  /** After a declined attempt: the page's title, and what stands around the words in `declines`. */
  readonly declined: {
    readonly title: string
    readonly heading: string
    /** What it means for the money. Said with every decline, so `declines` need not. */
    readonly not_charged: string
    /** The security code's field is empty again, because it must not be kept. */
    readonly code_again: string
  }
  readonly declines: Record<DeclineGroup, string>
  /** The customer's bank wants to know that it is them (3-D Secure). */
  readonly authenticate: StateTexts & {
    readonly frame_title: string
    readonly frame_failed: string
    /** Where the bank has a page of its own instead of one inside ours. */
    readonly redirect_text: string
    readonly redirect_button: string
    /** Gives this attempt up. */
    readonly cancel: string
    /** Between the bank's answer and the card's. */
    readonly checking: string
  }
  readonly processing: StateTexts
  readonly paid: StateTexts & { readonly confirming: string; readonly receipt: ReceiptTexts }
  /** Somebody opens the page of a payment that was made before, or in another tab. */
  readonly already_paid: StateTexts
  /** The link in a mailed receipt was followed. `text` has `{time}`. */
  readonly receipt: StateTexts
  readonly failed: StateTexts
  readonly expired: StateTexts
  readonly unknown: StateTexts
  readonly mail: MailTexts
  readonly panel: PanelTexts
}

export type StateTexts = { readonly title: string; readonly heading: string; readonly text: string }

export type ReceiptTexts = {
  readonly amount: string
  readonly shop: string
  readonly card: string
  readonly time: string
  readonly email: string
  readonly transaction: string
  /** The merchant's own number of the order. */
  readonly order: string
  /** How the payment appears on the card statement. */
  readonly statement: string
  readonly print: string
  readonly send: string
  readonly sent: string
  readonly send_failed: string
}

/** The receipt as a mail. Plain text and HTML are made of the same words. */
export type MailTexts = {
  readonly subject: string
  readonly heading: string
  readonly text: string
  readonly view: string
  /** Why this mail came: `{email}` was entered on the page. */
  readonly reason: string
}

/** The panel of test mode. Developers read it, in the page's language all the same. */
export type PanelTexts = {
  readonly heading: string
  /** What a tap does, above the cards that pay or fail by themselves. */
  readonly fill: string
  readonly pays: string
  readonly declined: string
  readonly no_funds: string
  /** The same, above the cards whose bank comes in. Names 3-D Secure. */
  readonly three_ds: string
  readonly bank_asks: string
  readonly bank_page: string
  readonly bank_refuses: string
  readonly expire: string
  readonly expire_ask: string
  readonly yes: string
  readonly no: string
  readonly session: string
}
