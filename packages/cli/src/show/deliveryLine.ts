import type { WebhookDelivery } from 'skiro'
import { clockTime } from './eventLine.ts'
import type { Paint } from './paint.ts'

/** A try in one line: when, what your server said to it, and what comes next. */
export function deliveryLine(one: WebhookDelivery, color: Paint): string {
  const next = one.next_attempt_at ? `, again at ${clockTime(one.next_attempt_at)}` : ''
  const verdict = color(one.status === 'succeeded' ? 'green' : 'red', one.diagnosis)
  return `${color('dim', clockTime(one.created_at))}  → ${one.url}  ${verdict}  ${one.latency_ms} ms, try ${one.attempt}${next}  ${color('dim', one.event_id)}`
}
