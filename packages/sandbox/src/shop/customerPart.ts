import type { Transaction } from 'skiro'
import type { Language } from '../language.ts'
import { formatMoney } from '../money.ts'
import { type Html, html } from './html.ts'
import type { Order, OrderState, OrderStatus } from './order.ts'
import { nameOf } from './products.ts'
import { step } from './step.ts'

/** What an order is to its customer. How the shop is paid out is none of their business. */
export const HEADLINES: Readonly<Record<OrderStatus, string>> = {
  awaiting_payment: 'Awaiting payment',
  expired: 'This order was not paid in time',
  paid: 'Paid. Thank you!',
  payout_sent: 'Paid. Thank you!',
  payout_completed: 'Paid. Thank you!',
  payout_failed: 'Paid. Thank you!',
  refunded: 'Refunded',
}

/** The same in a list of orders. */
export const STATUS_WORDS: Readonly<Record<OrderStatus, string>> = {
  awaiting_payment: 'Awaiting payment',
  expired: 'Not paid in time',
  paid: 'Paid',
  payout_sent: 'Paid',
  payout_completed: 'Paid',
  payout_failed: 'Paid',
  refunded: 'Refunded',
}

/** How brands write their own names. */
const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
}

/** How the customer sees an order: what was bought, whether it is paid, and where the receipt is. */
export function customerPart(
  { fields }: Order,
  state: OrderState,
  { language, mailbox_url }: { language: Language; mailbox_url: string | null },
): Html {
  // The same rows before and after the payment, so that nothing moves when it is known.
  return html`<section class="card sides"><dl>
<dt>Your order</dt><dd>${nameOf(fields.product)}</dd>
<dt>Total</dt><dd><bdi class="price">${formatMoney(fields.amount, fields.currency, language)}</bdi></dd>
<dt>Card</dt><dd>${paidWith(state)}</dd>
<dt>Receipt</dt><dd>${isPaid(state) ? html`<a href="${fields.session_url}?receipt">See the receipt</a>` : '–'}</dd>
${mailed(state, mailbox_url)}</dl>
<div><ol class="steps">${history(state)}</ol>
<p>${way(fields.session_url, state)}</p></div></section>`
}

const isPaid = ({ status }: OrderState) => status !== 'awaiting_payment' && status !== 'expired'

function paidWith({ transaction }: OrderState): Html {
  const { card_brand, card_last_four } = transaction ?? {}
  if (!card_last_four) return html`–`
  return html`${BRANDS[card_brand ?? ''] ?? card_brand ?? 'Card'} ending ${card_last_four}`
}

function mailed({ transaction }: OrderState, mailbox_url: string | null): Html | null {
  if (!transaction) return null
  const email = transaction.customer_email
  const way = mailbox_url !== null && html`<a href="${mailbox_url}">the demo’s mailbox</a>`
  // An address that was said on the receipt is known to the page alone.
  if (!email)
    return way === false ? null : html`<dt>Mails</dt><dd>None leaves this demo: they are all in ${way}</dd>`
  return html`<dt>Mailed to</dt><dd>${email}${way && html`<br>Read it in ${way}`}</dd>`
}

function history(state: OrderState): Html[] {
  const { status, failed_attempts, transaction } = state
  const paid = isPaid(state)
  const tries = failed_attempts.map((attempt) =>
    paid ? step('past', earlierTry(attempt, transaction)) : step('wrong', lostTry(attempt)),
  )
  if (paid) return [step('done', 'Order placed'), ...tries, step('done', 'Paid by card')]
  return [
    step('done', 'Order placed'),
    ...tries,
    step(status === 'expired' ? 'wrong' : '', status === 'expired' ? 'Not paid in time' : 'Payment by card'),
  ]
}

/** A try that failed before one that paid: over, and no reason to worry. */
function earlierTry({ card_last_four, ...attempt }: Transaction, paying: Transaction | null): string {
  const [before, after] = [card_last_four, paying?.card_last_four]
  // Of a card that its customer took back at the bank's question nobody has told the number.
  const other = before != null && after != null && before !== after
  const card = other ? ' with another card' : ''
  if (attempt.failure_code === 'card_declined') return `An earlier try${card} was declined. You paid once.`
  if (attempt.failure_code === 'authentication_failed')
    return `An earlier try${card} was not confirmed at the bank. You paid once.`
  return `An earlier try${card} did not go through: ${reasonOf(attempt)} You paid once.`
}

function lostTry(attempt: Transaction): string {
  if (attempt.failure_code === 'authentication_failed')
    return 'A try was not confirmed at the bank. Nothing was charged.'
  return `A try did not go through: ${reasonOf(attempt)} Nothing was charged.`
}

const reasonOf = ({ failure_message, failure_code }: Pick<Transaction, 'failure_message' | 'failure_code'>) =>
  failure_message ?? `${failure_code ?? 'no reason given'}.`

function way(session_url: string, { status }: OrderState): Html {
  if (status === 'awaiting_payment') return html`<a class="button" href="${session_url}">Pay now</a>`
  return html`<a class="button" href="/">${status === 'expired' ? 'Back to the shop' : 'Continue shopping'}</a>`
}
