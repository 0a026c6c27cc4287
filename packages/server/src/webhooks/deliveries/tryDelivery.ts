import { eventBody } from '../../events/event.ts'
import { monotonicMs, nowMs } from '../../lib/clock.ts'
import { failpoint } from '../../lib/failpoint.ts'
import { newId } from '../../lib/ids.ts'
import type { Egress } from '../egress.ts'
import { type SigningKeys, webhookHeaders } from '../signature.ts'
import type { TryResult } from './attemptStore.ts'
import { diagnose, isAccepted, isGone } from './diagnose.ts'
import type { DueDelivery } from './dueStore.ts'
import { nextTryMs } from './schedule.ts'

const TIMEOUT_MS = 15_000

/**
 * Posts one event to one URL, signed now with every live secret. At least once: when the process dies after the answer
 * and before it is written down, the same event goes out again with the same id. Never throws.
 */
export async function tryDelivery(
  egress: Egress,
  delivery: DueDelivery,
  keys: readonly SigningKeys[],
): Promise<TryResult> {
  const at = nowMs()
  const started = monotonicMs()
  const body = eventBody(delivery.event)
  const request_headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Skiro-Webhooks/1',
    ...webhookHeaders(delivery.event.id, body, keys, Math.floor(at / 1000)),
  }
  const outcome = await post()
  failpoint('webhook.answered')
  const succeeded = outcome.status !== null && isAccepted(outcome.status)
  const over = succeeded || isGone(outcome.status)
  const retry_ms = over ? null : nextTryMs(delivery.tries + 1, nowMs() - delivery.armed_at, Math.random())
  return {
    delivery,
    id: newId('webhook_attempt'),
    state: succeeded ? 'succeeded' : retry_ms === null ? 'failed' : 'pending',
    ...outcome,
    request_headers,
    latency_ms: Math.round(monotonicMs() - started),
    retry_ms,
    at,
  }

  async function post(): Promise<Pick<TryResult, 'status' | 'diagnosis' | 'response_head'>> {
    try {
      const { livemode } = delivery
      const answer = await egress.post(delivery.url, body, request_headers, {
        timeout_ms: TIMEOUT_MS,
        livemode,
      })
      return { status: answer.status, diagnosis: diagnose(answer), response_head: answer.head }
    } catch (error) {
      const diagnosis = error instanceof Error ? error.message : 'failed'
      return { status: null, diagnosis, response_head: null }
    }
  }
}
