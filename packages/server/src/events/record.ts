import type { Tx } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { EventType } from './event.ts'
import { insertEvent } from './store.ts'

/**
 * Records what happened, in the transaction that made it happen: the event exists if and only if the change does.
 * It locks nothing. Its number and its deliveries come right after the commit: see webhooks/publishEvents.ts.
 * @param data the object as the API shows it now
 * @param webhook_url the session's own URL, which replaces the merchant's default one
 * @param endpoint_id the only endpoint to be told; without it, all that listen to this type
 * @returns the event's id
 */
export async function recordEvent(
  tx: Tx,
  tenant: Tenant,
  event: {
    type: EventType
    object_id: string
    data: object
    webhook_url: string | null
    endpoint_id?: string
  },
): Promise<string> {
  const id = newId('event')
  await insertEvent(tx, tenant, { endpoint_id: null, ...event, id, data: JSON.stringify(event.data) })
  tx.wake('skiro_events')
  return id
}
