import { findPublicSession } from '../checkout/store.ts'
import type { Context } from '../context.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import { plainLine } from '../lib/plainLine.ts'
import type { MailContent, MailRow } from '../mails/mail.ts'
import { findBranding } from '../merchants/branding/brandingStore.ts'
import { findTransaction } from '../transactions/store.ts'
import { withBrand } from './brand/withBrand.ts'
import { fill } from './fill.ts'
import { toText } from './html.ts'
import { pageContext } from './pageContext.ts'
import { receiptRows } from './receipt.ts'
import { receiptHtml } from './receiptHtml.ts'
import { NO_MAILS, toView } from './toView.ts'
import type { PageView } from './view.ts'

/** The receipt of a payment as a mail, with what is known now. Null: the payment is gone. */
export async function composeReceipt(
  ctx: Pick<Context, 'config' | 'db'>,
  { merchant_id, livemode, transaction_id, locale, address }: MailRow,
): Promise<MailContent | null> {
  if (transaction_id === null) return null
  const payment = await findTransaction(ctx.db, { merchant_id, livemode, id: transaction_id })
  const session = payment && (await findPublicSession(ctx.db, payment.checkout_session_id))
  if (!session) return null
  const { public_url } = ctx.config
  const view = toView(session, payment, null, 'paid', { ...NO_MAILS, public_url, address })
  return receiptMail(withBrand(view, await findBranding(ctx.db, session)), locale)
}

/** A paid page's receipt as a mail in one language: plain text and HTML of the same words. */
export function receiptMail(view: PageView, language: string): MailContent | null {
  const page = pageContext(harmless(view), language)
  const { texts, locale, amount_text, shop } = page
  const { receipt, support_email, livemode } = page.view
  if (!receipt) return null
  const isolate = isolator(texts.dir)
  // Who comes from here wants the receipt, and no warning that it was paid already.
  const link = `${receipt.page_url}?receipt&locale=${locale}`
  const email = page.view.customer_email ?? ''
  const values = { shop: isolate(shop), amount: isolate(amount_text, true), email: isolate(email) }
  const contact = isMailAddress(support_email) ? fill(texts.contact, { email: isolate(support_email) }) : null
  const subject = fill(texts.mail.subject, { shop })
  const text = [
    livemode ? null : texts.test_badge,
    fill(texts.mail.heading, values),
    fill(texts.mail.text, values),
    page.bought && isolate(page.bought),
    receiptRows(page)
      .map((row) => `${row.label}: ${isolate(row.text, row.ltr)}`)
      .join('\n'),
    // Alone on its line, so that no mail program takes a bracket or a full stop for a part of it.
    `${texts.mail.view}:\n${link}`,
    contact,
    fill(texts.mail.reason, values),
  ]
  return {
    // Whoever finds one of a test in a real mailbox should not take it for money.
    subject: livemode ? subject : `${texts.test_badge} · ${subject}`,
    text: `${text.filter((part) => part !== null).join('\n\n')}\n`,
    html: toText(receiptHtml(page, link)),
    from_name: shop,
    reply_to: isMailAddress(support_email) ? support_email : null,
    language: locale,
  }
}

/** What merchants and customers wrote, as lines that stay where they are put. */
function harmless(view: PageView): PageView {
  const line = (text: string | null) => text && plainLine(text)
  return {
    ...view,
    merchant_name: line(view.merchant_name),
    support_email: line(view.support_email),
    customer_email: line(view.customer_email),
    receipt: view.receipt && {
      ...view.receipt,
      card_brand: line(view.receipt.card_brand),
      order_id: line(view.receipt.order_id),
      descriptor: plainLine(view.receipt.descriptor),
    },
  }
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/**
 * What `<bdi>` is in HTML, with `dir="ltr"` or without: a Latin name must not drag an Arabic full stop along. Only where
 * directions meet: the marks cannot be seen, and who copies an id would copy them too.
 */
function isolator(dir: 'ltr' | 'rtl') {
  return (text: string, ltr = false): string =>
    dir === 'ltr' && !RIGHT_TO_LEFT.test(text) ? text : `${ltr ? '\u2066' : '\u2068'}${text}\u2069`
}
