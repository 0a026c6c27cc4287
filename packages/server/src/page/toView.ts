import type { CardElement } from '../adapters/acquirer.ts'
import type { PublicSession } from '../checkout/store.ts'
import { nowMs } from '../lib/clock.ts'
import { toDecimalString } from '../lib/money.ts'
import { statementDescriptor } from '../transactions/statementDescriptor.ts'
import type { TransactionRow } from '../transactions/transaction.ts'
import type { PageState, PageView } from './view.ts'

const PLACEHOLDER = '{CHECKOUT_SESSION_ID}'

/** As what a paid session is shown. */
export type PaidAs = 'paid' | 'already_paid' | 'receipt'

/** What a session itself can be: whether somebody has just paid it is known to their browser only. */
export type SessionState = Exclude<PageState, PaidAs | 'unknown'> | 'paid'

/** Where no receipt is mailed from. */
export const NO_MAILS = { mails_receipt: false, address: null, can_mail: false, asks_address: false } as const

/** What a page needs to know for receipts. */
export type ReceiptOptions = {
  readonly public_url: string
  /** Whether an address that is entered when paying gets a receipt. */
  readonly mails_receipt: boolean
  /** Where mails of a paid session's receipt go; null: not known, or there are none. */
  readonly address: string | null
  /** Whether one more of them may be asked for. */
  readonly can_mail: boolean
  /** Whether an address may still be said. */
  readonly asks_address: boolean
}

/** What the customer should see of a session and its newest attempt. */
export function pageState(
  session: Pick<PublicSession, 'status'>,
  latest: TransactionRow | null,
): SessionState {
  if (session.status === 'completed') return 'paid'
  if (session.status !== 'pending') return session.status
  if (!latest || latest.status === 'failed') return 'open'
  // Read a moment after the session, in which the payment went through.
  if (latest.status !== 'pending') return 'paid'
  return latest.action ? 'authenticate' : 'processing'
}

/** @param paid_as what is shown of a paid session: it depends on where this browser comes from */
export function toView(
  session: PublicSession,
  latest: TransactionRow | null,
  element: CardElement | null,
  paid_as: PaidAs,
  receipt: ReceiptOptions,
): PageView {
  const state = pageState(session, latest)
  const paid = state === 'paid' ? latest : null
  return {
    state: paid ? paid_as : state,
    session_id: session.id,
    merchant_name: session.merchant_name,
    support_email: session.merchant_email,
    brand: null,
    statement_descriptor: null,
    amount: toDecimalString({ amount: session.amount, asset: session.currency }),
    currency: session.currency,
    description: session.description,
    // On the receipt, the address that was entered when paying: the mail goes there.
    customer_email:
      receipt.address ?? paid?.customer_email ?? session.customer_email ?? latest?.customer_email ?? null,
    mails_receipt: receipt.mails_receipt,
    redirect_url: session.redirect_url?.replaceAll(PLACEHOLDER, session.id) ?? null,
    livemode: session.livemode,
    expires_at: session.expires_at.toISOString(),
    server_time: new Date(nowMs()).toISOString(),
    attempt_error: state === 'open' && latest?.failure_code ? { code: latest.failure_code } : null,
    receipt: paid && {
      paid_at: (paid.captured_at ?? paid.created_at).toISOString(),
      card_brand: paid.card_brand,
      card_last_four: paid.card_last_four,
      transaction_id: paid.id,
      descriptor: statementDescriptor(paid),
      order_id: paid.metadata.order_id ?? null,
      page_url: `${receipt.public_url}/${session.id}`,
      can_mail: receipt.can_mail,
      asks_address: receipt.asks_address,
    },
    action: state === 'authenticate' ? (latest?.action ?? null) : null,
    element: state === 'open' ? element : null,
  }
}

/** The page of an id that names nothing: says so plainly, and nothing else. */
export function unknownView(): PageView {
  return {
    state: 'unknown',
    session_id: null,
    merchant_name: null,
    support_email: null,
    brand: null,
    statement_descriptor: null,
    amount: null,
    currency: null,
    description: null,
    customer_email: null,
    mails_receipt: false,
    redirect_url: null,
    livemode: true,
    expires_at: null,
    server_time: new Date(nowMs()).toISOString(),
    attempt_error: null,
    receipt: null,
    action: null,
    element: null,
  }
}
