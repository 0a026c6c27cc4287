import type { SkiroEvent } from 'skiro'
import type { Paint } from './paint.ts'

/** Local time of the day, as in a log that is read while it grows. */
export const clockTime = (iso: string): string => new Date(iso).toTimeString().slice(0, 8)

/** An event in one line: when, number, type, and what it is about. */
export function eventLine(event: SkiroEvent, color: Paint): string {
  const { created_at, sequence, type, id } = event
  return `${color('dim', clockTime(created_at))}  #${sequence}  ${color('cyan', type)}  ${about(event)}  ${color('dim', id)}`
}

/** What an event says, in a few words. */
export function about(event: SkiroEvent): string {
  const { data } = event
  if (data.object === 'transaction') {
    const amount = `${data.amount.toFixed(2)} ${data.currency}`
    return `${data.checkout_session_id} ${amount}${data.failure_code ? ` ${data.failure_code}` : ''}`
  }
  if (data.object === 'checkout_session') return `${data.id} ${data.amount.toFixed(2)} ${data.currency}`
  if (data.object === 'payout') {
    const why = data.hold_reason ?? data.failure_reason
    return `${data.id} ${data.amount} ${data.currency}${why ? ` ${why}` : ''}`
  }
  return data.id
}
