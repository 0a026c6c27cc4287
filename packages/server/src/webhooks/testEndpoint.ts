import type { Tx } from '../db/sql.ts'
import type { EventRow } from '../events/event.ts'
import { recordEvent } from '../events/record.ts'
import { findEvent } from '../events/store.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { publishGroup } from './deliveries/publishEvents.ts'
import { renderEndpoint } from './endpoint.ts'
import { findEndpoint } from './store.ts'

/**
 * A `webhook.test` event for this endpoint alone, whatever it listens to. Delivered like any other.
 * @throws SkiroError not_found; webhook_endpoint_disabled; invalid_request for a default endpoint without a URL.
 */
export async function testEndpoint(tx: Tx, ref: Ref): Promise<EventRow> {
  const endpoint = await findEndpoint(tx, ref)
  if (!endpoint) throw new SkiroError('not_found')
  if (endpoint.status !== 'enabled') throw new SkiroError('webhook_endpoint_disabled')
  if (endpoint.url === null) {
    throw new SkiroError('invalid_request', {
      param: 'url',
      message: 'This endpoint has no url to send to. Set one first.',
    })
  }
  const id = await recordEvent(tx, ref, {
    type: 'webhook.test',
    object_id: endpoint.id,
    data: renderEndpoint(endpoint),
    webhook_url: null,
    endpoint_id: endpoint.id,
  })
  await publishGroup(tx, ref)
  const event = await findEvent(tx, { ...ref, id })
  assert(event, 'an event that was just recorded is not there')
  return event
}
