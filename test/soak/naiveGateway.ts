/**
 * A gateway whose sender takes deliveries off the queue, sends one after the other, and puts back those that were
 * refused, by the real schedule and with real signatures. Nothing is wrong with it until it is killed.
 */
import { buildContext } from '../../packages/server/src/buildContext.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { type EventHead, eventBody } from '../../packages/server/src/events/event.ts'
import { nowMs, sleep } from '../../packages/server/src/lib/clock.ts'
import { open } from '../../packages/server/src/lib/seal.ts'
import { type Stop, runUntilStopped } from '../../packages/server/src/runUntilStopped.ts'
import { serve } from '../../packages/server/src/serve.ts'
import { startPublisher } from '../../packages/server/src/webhooks/deliveries/publisher.ts'
import { nextTryMs } from '../../packages/server/src/webhooks/deliveries/schedule.ts'
import { secretContext } from '../../packages/server/src/webhooks/secretContext.ts'
import { signingKeys, webhookHeaders } from '../../packages/server/src/webhooks/signature.ts'

const BATCH = 20
const PAUSE_MS = 100

type Taken = EventHead & {
  merchant_id: string
  endpoint_id: string
  /** The row that was taken, to be put back. */
  row: { tries: number; wake_at: string }
  url: string
  data_text: string
  secret_sealed: Buffer
}

async function send(ctx: Context): Promise<number> {
  const { rows } = await ctx.db.query<Taken>(
    `with due as (
       select merchant_id, livemode, endpoint_id, sequence from webhook_delivery
       where state = 'pending' and wake_at <= now() order by wake_at limit $1 for update skip locked),
     taken as (
       delete from webhook_delivery d using due where d.merchant_id = due.merchant_id and d.livemode = due.livemode
         and d.endpoint_id = due.endpoint_id and d.sequence = due.sequence returning d.*)
     select to_json(t) "row", t.merchant_id, t.livemode, t.endpoint_id, t.url, w.secret_sealed, e.id, e.type, e.sequence,
       e.created_at, e.data::text data_text
     from taken t
     join webhook_endpoint w on w.merchant_id = t.merchant_id and w.livemode = t.livemode and w.id = t.endpoint_id
     join event e on e.merchant_id = t.merchant_id and e.livemode = t.livemode and e.id = t.event_id`,
    [BATCH],
  )
  for (const delivery of rows) if (!(await post(ctx, delivery))) await putBack(ctx, delivery)
  return rows.length
}

async function post(ctx: Context, delivery: Taken): Promise<boolean> {
  const { url, endpoint_id, secret_sealed } = delivery
  const secret = open(secret_sealed, ctx.config.key_encryption_keys, secretContext(delivery, endpoint_id))
  const body = eventBody(delivery)
  const headers = webhookHeaders(delivery.id, body, [signingKeys(secret)], Math.floor(nowMs() / 1000))
  const answer = await fetch(url, { method: 'POST', body, headers }).catch(() => null)
  await answer?.body?.cancel()
  return answer?.ok ?? false
}

async function putBack(ctx: Context, { row }: Taken): Promise<void> {
  const tries = row.tries + 1
  const wake_at = new Date(nowMs() + (nextTryMs(tries, 0, Math.random()) ?? 0))
  await ctx.db.query(
    'insert into webhook_delivery select (json_populate_record(null::webhook_delivery, $1::json)).*',
    [JSON.stringify({ ...row, tries, wake_at })],
  )
}

async function work(ctx: Context): Promise<Stop> {
  const stopping = new AbortController()
  const publisher = startPublisher(ctx)
  const sending = (async () => {
    while (!stopping.signal.aborted) if ((await send(ctx)) === 0) await sleep(PAUSE_MS, stopping.signal)
  })()
  return async () => {
    stopping.abort()
    await Promise.all([publisher.stop(), sending])
  }
}

const ctx = buildContext(readConfig())
try {
  await runUntilStopped(ctx, [serve, work])
} finally {
  await ctx.db.pool.end()
}
