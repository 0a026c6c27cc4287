import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../../packages/server/src/context.ts'
import { unpublishedTenants } from '../../packages/server/src/events/publishStore.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'
import { startDispatcher } from '../../packages/server/src/webhooks/deliveries/dispatcher.ts'
import { publishEvents } from '../../packages/server/src/webhooks/deliveries/publishEvents.ts'
import type { Egress } from '../../packages/server/src/webhooks/egress.ts'
import { webhookPorts } from '../../packages/server/src/wiring.ts'

/** Publishes every event that waits, as the worker does. */
export async function publishAll(ctx: Context): Promise<void> {
  for (const tenant of await unpublishedTenants(ctx.db, 1000)) await publishEvents(ctx, tenant)
}

/** Publishes what waits and runs the worker's dispatcher until nothing is due any more. */
export async function deliverDue(ctx: Context, egress: Egress): Promise<void> {
  await publishAll(ctx)
  const dispatcher = startDispatcher(ctx, egress, webhookPorts(ctx))
  dispatcher.wake()
  try {
    for (let looks = 0; await somethingIsDue(ctx); looks++) {
      if (looks > 1000) throw new Error('deliveries stay due')
      await sleep(5)
    }
  } finally {
    await dispatcher.stop()
  }
}

/** The same with one delivery due now, however far off its next try is. */
export async function deliverNow(
  ctx: Context,
  egress: Egress,
  { merchant_id, livemode, id }: Ref,
): Promise<void> {
  await ctx.db.query(
    `with due as (
       update webhook_delivery set wake_at = now()
       where merchant_id = $1 and livemode = $2 and id = $3 and state = 'pending' returning endpoint_id)
     update webhook_queue set due_at = now()
     where merchant_id = $1 and livemode = $2 and endpoint_id in (select endpoint_id from due)`,
    [merchant_id, livemode, id],
  )
  await deliverDue(ctx, egress)
}

async function somethingIsDue(ctx: Context): Promise<boolean> {
  const { rows } = await ctx.db.query(
    `select from webhook_delivery where state = 'pending' and wake_at <= now() limit 1`,
  )
  return rows.length > 0
}

export type DeliveryNow = {
  endpoint_id: string
  id: string | null
  state: 'pending' | 'failed' | 'succeeded'
  tries: number
  status: number | null
  diagnosis: string | null
  /** Until the next try. */
  wait_ms: number | null
}

/** The deliveries of an event: what is pending or given up, and what was accepted, which only its tries still tell. */
export async function deliveriesOf(ctx: Pick<Context, 'db'>, event_id: string): Promise<DeliveryNow[]> {
  const { rows } = await ctx.db.query<DeliveryNow>(
    `select endpoint_id, id, state, tries, last_status status, last_diagnosis diagnosis,
       case when state = 'pending' then round(extract(epoch from wake_at - now()) * 1000)::int end wait_ms
     from webhook_delivery where event_id = $1
     union all
     select distinct on (endpoint_id) endpoint_id, null, 'succeeded', number, status, diagnosis, null
     from webhook_attempt a where event_id = $1 and succeeded and not exists (
       select from webhook_delivery d where d.event_id = a.event_id and d.endpoint_id = a.endpoint_id)
     order by endpoint_id`,
    [event_id],
  )
  return rows
}
