import { createHmac } from 'node:crypto'
import { webhooks } from 'skiro'

/** The headers with which Skiro posts an event, made by the SDK, and those of Standard Webhooks beside them. */
export function webhookHeaders(
  event_id: string,
  body: string,
  secret: string,
  timestamp = Math.floor(Date.now() / 1000),
): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Skiro-Webhooks/1',
    'x-skiro-signature': webhooks.generateTestHeader({ payload: body, secret, timestamp }),
    ...standardHeaders(event_id, body, secret, timestamp),
  }
}

// github.com/standard-webhooks/standard-webhooks, spec: the key is what stands behind whsec_, in base64.
function standardHeaders(
  event_id: string,
  body: string,
  secret: string,
  timestamp: number,
): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const mac = createHmac('sha256', key).update(`${event_id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': event_id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` }
}
