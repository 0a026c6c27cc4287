import type { Context } from '../context.ts'
import { renderEvent } from '../events/event.ts'
import { findEvent } from '../events/store.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { assert } from '../lib/assert.ts'
import { nowMs, nowSeconds } from '../lib/clock.ts'
import { failpoint } from '../lib/failpoint.ts'
import { open } from '../lib/seal.ts'
import type { Ref } from '../lib/tenant.ts'
import { type DeliveryRow, leaseDelivery, recordTry, releaseRearmed, stopDelivery } from './deliveryStore.ts'
import type { Egress } from './egress.ts'
import { nextTryMs } from './schedule.ts'
import { secretContext } from './secretContext.ts'
import { webhookHeaders } from './signature.ts'

const TIMEOUT_MS = 15_000
const GONE = 410

/** Posts one event to one URL, signed now. At least once: a crash after the answer sends it again with the same id. */
export async function deliverWebhook(ctx: Context, egress: Egress, ref: Ref): Promise<void> {
  const delivery = await leaseDelivery(ctx.db, ref, Math.max(ctx.config.lease_seconds, TIMEOUT_MS / 1000 + 5))
  if (!delivery) return await stopDelivery(ctx.db, ref, 'the endpoint was switched off')
  const event = await findEvent(ctx.db, { ...ref, id: delivery.event_id })
  assert(event, 'a delivery names an event that does not exist')
  const secrets = liveSecrets(ctx, delivery)
  const body = JSON.stringify(renderEvent(event))
  const outcome = await attempt()
  failpoint('webhook.answered')

  const succeeded = outcome.status !== null && outcome.status >= 200 && outcome.status < 300
  const age_ms = nowMs() - delivery.armed_at.getTime()
  const retry_ms =
    succeeded || outcome.status === GONE ? null : nextTryMs(delivery.tries, age_ms, Math.random())
  const state = succeeded ? 'succeeded' : retry_ms === null ? 'failed' : 'pending'
  const recorded = await recordTry(ctx.db, delivery, { state, retry_ms, ...outcome })
  // Sent again while this try was under way: the resend's turn is now.
  if (!recorded && (await releaseRearmed(ctx.db, delivery))) await enqueue(ctx.db, 'deliver_webhook', ref)
  if (!succeeded)
    ctx.log.info({ event_id: event.id, delivery_id: ref.id, ...outcome, retry_ms }, 'webhook not accepted')

  async function attempt(): Promise<{ status: number | null; diagnosis: string }> {
    try {
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Skiro-Webhooks/1',
        ...webhookHeaders(delivery?.event_id ?? '', body, secrets, nowSeconds()),
      }
      const { status } = await egress.post(delivery?.url ?? '', body, headers, TIMEOUT_MS)
      return { status, diagnosis: diagnose(status) }
    } catch (error) {
      return { status: null, diagnosis: error instanceof Error ? error.message : 'failed' }
    }
  }
}

/** The newest first; after a rotation the one before as well, until its time is over. */
function liveSecrets(ctx: Context, delivery: DeliveryRow): string[] {
  const context = secretContext(delivery, delivery.endpoint_id)
  return [delivery.secret_sealed, delivery.previous_secret_sealed]
    .filter((sealed) => sealed !== null)
    .map((sealed) => open(sealed, ctx.config.key_encryption_keys, context))
}

function diagnose(status: number): string {
  if (status >= 200 && status < 300) return 'accepted'
  if (status >= 300 && status < 400) return `${status}: redirects are not followed; update the URL`
  if (status === 401 || status === 403)
    return `${status}: check that the raw body is verified, before it is parsed`
  if (status === 404) return '404: no such path on your server'
  if (status === GONE) return '410: no more deliveries wanted'
  return `${status}: your server refused the event`
}
