import type { Tx } from '../db/sql.ts'
import type { EventRow } from '../events/event.ts'
import { lockCounter } from '../events/publishStore.ts'
import { insertResend } from '../events/resendStore.ts'
import { findEvent } from '../events/store.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId, newId } from '../lib/ids.ts'
import type { Ref } from '../lib/tenant.ts'
import { type Listener, armDeliveries, findListeners } from './deliveries/deliveryStore.ts'
import { addToQueues } from './deliveries/queueStore.ts'
import { findEndpoint } from './store.ts'

/**
 * Sends an event again: to everyone who should hear of it now, or to one endpoint, also one that does not listen to
 * its type or that did not exist then. Each delivery begins afresh, with 72 hours of its own.
 * @param webhook_id the only endpoint to be told; null for all
 * @throws SkiroError not_found for the event or the endpoint; webhook_endpoint_disabled; invalid_request when the event
 *   is not for that endpoint.
 */
export async function resendEvent(tx: Tx, ref: Ref, webhook_id: string | null): Promise<EventRow> {
  const event = await findEvent(tx, ref)
  if (!event) throw new SkiroError('not_found')
  const listeners =
    webhook_id !== null
      ? [await theOne(tx, event, webhook_id)]
      : (await findListeners(tx, ref, [event])).filter(({ is_on }) => is_on)
  const { last_resend } = await lockCounter(tx, ref)
  await insertResend(tx, ref, last_resend + 1n, webhook_id)
  await armDeliveries(tx, ref, listeners, () => newId('webhook_delivery'))
  await addToQueues(tx, ref, listeners)
  return event
}

async function theOne(tx: Tx, event: EventRow, webhook_id: string): Promise<Listener> {
  const param = 'webhook_id'
  const endpoint = isId('webhook_endpoint', webhook_id)
    ? await findEndpoint(tx, { ...event, id: webhook_id })
    : null
  if (!endpoint) throw new SkiroError('not_found', { param })
  if (event.endpoint_id !== null && event.endpoint_id !== webhook_id) {
    const message = 'webhook_id: this event was made for another endpoint alone.'
    throw new SkiroError('invalid_request', { param, message })
  }
  if (endpoint.status !== 'enabled') throw new SkiroError('webhook_endpoint_disabled', { param })
  const [listener] = await findListeners(tx, event, [{ ...event, endpoint_id: webhook_id }])
  if (listener) return listener
  throw new SkiroError('invalid_request', {
    param,
    message: 'webhook_id: this endpoint has no url to send to.',
  })
}
