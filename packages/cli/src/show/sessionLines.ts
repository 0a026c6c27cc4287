import type { CheckoutSession } from 'skiro'
import type { Paint } from '../show/paint.ts'

/** A session for a person. */
export function sessionLines(session: CheckoutSession, color: Paint): string[] {
  const { id, status, amount, currency, payout_currency, url, expires_at } = session
  const { description, transaction_id, metadata } = session
  const tags = Object.entries(metadata).map(([key, value]) => `${key}=${value}`)
  return [
    `${color('bold', id)}  ${status}  ${amount.toFixed(2)} ${currency} to ${payout_currency}`,
    ...(description ? [`for      ${description}`] : []),
    `url      ${url}`,
    `expires  ${expires_at}`,
    ...(transaction_id ? [`paid by  ${transaction_id}`] : []),
    ...(tags.length > 0 ? [`metadata ${tags.join(' ')}`] : []),
  ]
}
