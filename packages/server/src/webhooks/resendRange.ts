import type { z } from 'zod'
import type { Tx } from '../db/sql.ts'
import { type PublishedEvent, lockCounter } from '../events/publishStore.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Ref } from '../lib/tenant.ts'
import { armDeliveries, findListeners } from './deliveries/deliveryStore.ts'
import { addToQueues } from './deliveries/queueStore.ts'
import type { resendRangeBody } from './deliverySchema.ts'
import type { EndpointRow } from './endpoint.ts'
import { eventsInRange, insertResends, unacknowledgedInRange } from './resendRangeStore.ts'
import { lockEndpoint } from './store.ts'

const AT_ONCE = 1000

/**
 * Sends an endpoint again what it has not accepted, or all that it listens to, at most AT_ONCE events, oldest first.
 * Each delivery begins afresh at the URL of today, and each is a resend with a number of its own.
 * @throws SkiroError not_found; webhook_endpoint_disabled
 */
export async function resendRange(tx: Tx, ref: Ref, asked: z.output<typeof resendRangeBody>) {
  // Locked: whoever disables it meanwhile comes after, and stops what is armed here.
  const endpoint = await lockEndpoint(tx, ref)
  if (!endpoint) throw new SkiroError('not_found')
  if (endpoint.status !== 'enabled') throw new SkiroError('webhook_endpoint_disabled')
  const { last_resend } = await lockCounter(tx, ref)
  const { after_sequence: after, to_sequence: to = null } = asked
  const find = asked.only === 'all' ? eventsInRange : unacknowledgedInRange
  const found = await find(tx, ref, { after, to, limit: AT_ONCE + 1 })
  const looked_at = found.slice(0, AT_ONCE)
  // What it has not accepted may also be an event that it was sent though it does not listen to its type.
  const wanted = asked.only === 'all' ? looked_at.filter((event) => listensTo(endpoint, event)) : looked_at
  const listeners = await findListeners(
    tx,
    ref,
    wanted.map((event) => ({ ...event, endpoint_id: ref.id })),
  )
  if (listeners.length > 0) {
    const event_ids = listeners.map(({ event_id }) => event_id)
    await insertResends(tx, ref, ref.id, event_ids, last_resend)
    await armDeliveries(tx, ref, listeners, () => newId('webhook_delivery'))
    await addToQueues(tx, ref, listeners)
  }
  return {
    object: 'webhook_resend' as const,
    webhook_id: ref.id,
    resent: listeners.length,
    last_sequence: Number(looked_at.at(-1)?.sequence ?? after),
    has_more: found.length > AT_ONCE,
  }
}

function listensTo({ id, events }: EndpointRow, event: PublishedEvent): boolean {
  if (event.endpoint_id !== null) return event.endpoint_id === id
  return events.includes('*') || events.includes(event.type)
}
