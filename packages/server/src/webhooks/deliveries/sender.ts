import type { Context } from '../../context.ts'
import { type GroupLimits, inGroups } from '../../db/group.ts'
import { isRefusal } from '../../db/sql.ts'
import { monotonicMs } from '../../lib/clock.ts'
import { disableEndpoint } from '../disableEndpoint.ts'
import type { Egress } from '../egress.ts'
import type { DisablePorts } from '../ports.ts'
import { type TryResult, markFailing, markWorking, recordTries } from './attemptStore.ts'
import { isGone } from './diagnose.ts'
import { type HeldQueue, askFor, mayStart, trim } from './heldQueue.ts'
import { type Places, createPlaces } from './places.ts'
import { tryDelivery } from './tryDelivery.ts'

const FAILING_SHARE = 4
const RECORD: GroupLimits = {
  size: 256,
  enough: 128,
  gather_ms: 5,
  at_once: 2,
  patience_ms: 20,
  didNothing: isRefusal,
}

/** Sends what queues have in hand, and writes down what came of it. */
export type Sender = {
  /** Sends from the queue when there is a place for it, and something to send. */
  offer(queue: HeldQueue): void
  /** Starts nothing more from it. */
  forget(queue: HeldQueue): void
  /** Whether a receiver that fails would find a place at once. */
  hasPlaceForFailing(): boolean
  /** Starts nothing more at all. */
  stop(): void
  /** Resolves when what is under way is answered and written down. */
  settled(): Promise<void>
}

/**
 * A sender with places for `SKIRO_WEBHOOK_CONCURRENCY` tries: a receiver that hangs keeps one of them busy, and those
 * that fail share a quarter of all.
 * @param onHungry the queue has room for more
 */
export function createSender(
  ctx: Context,
  egress: Egress,
  ports: DisablePorts,
  onHungry: () => void,
): Sender {
  const { webhook_concurrency: size } = ctx.config
  const for_failing = Math.max(1, Math.floor(size / FAILING_SHARE))
  const failing: Places<HeldQueue> = createPlaces(for_failing, (queue) => start(queue, failing))
  const others: Places<HeldQueue> = createPlaces(Math.max(1, size - for_failing), (queue) =>
    start(queue, others),
  )
  const record = inGroups<TryResult, null>((tries) => recordTries(ctx.db, tries), RECORD)
  const under_way = new Set<Promise<void>>()
  let stopped = false

  const placesOf = (queue: HeldQueue) => (queue.is_failing ? failing : others)

  function offer(queue: HeldQueue): void {
    if (mayStart(queue)) placesOf(queue).ask(queue)
  }

  function start(queue: HeldQueue, places: Places<HeldQueue>): boolean {
    if (stopped || !mayStart(queue) || !queue.endpoint) return false
    if (places !== placesOf(queue)) {
      placesOf(queue).ask(queue)
      return false
    }
    const delivery = queue.backlog.shift()
    if (!delivery) return false
    queue.posting++
    const work = tryDelivery(egress, delivery, queue.keys)
      .finally(() => {
        queue.posting--
        places.leave()
      })
      .then((result) => settle(queue, result))
      .catch((err: unknown) => ctx.log.error({ where: 'webhook delivery', err }, 'background work failed'))
      .finally(() => {
        under_way.delete(work)
        queue.in_hand.delete(delivery.id)
        next(queue)
      })
    under_way.add(work)
    if (mayStart(queue)) places.ask(queue)
    return true
  }

  function next(queue: HeldQueue): void {
    queue.busy_at = monotonicMs()
    offer(queue)
    if (askFor(queue)) onHungry()
  }

  async function settle(queue: HeldQueue, result: TryResult): Promise<void> {
    const succeeded = result.state === 'succeeded'
    if (succeeded) queue.pace.accepted(result.latency_ms)
    else {
      queue.pace.failed()
      trim(queue)
    }
    next(queue)
    await record(result)
    const { delivery, status, diagnosis, retry_ms } = result
    if (!succeeded) {
      const { event, endpoint_id } = delivery
      ctx.log.info(
        { event_id: event.id, webhook_endpoint_id: endpoint_id, status, diagnosis, retry_ms },
        'webhook not accepted',
      )
    }
    const { endpoint } = queue
    queue.is_failing = !succeeded
    // A session's own URL says nothing about the endpoint that signs for it.
    if (!endpoint || endpoint.url !== delivery.url) return
    if (isGone(status)) await disableEndpoint(ctx, ports, endpoint, 'gone')
    else if (succeeded && endpoint.failing_since) await markWorking(ctx.db, endpoint)
    else if (!succeeded && !endpoint.failing_since) await markFailing(ctx.db, endpoint)
    // Until it is read again.
    endpoint.failing_since = succeeded ? null : (endpoint.failing_since ?? new Date(result.at))
  }

  return {
    offer,
    forget(queue) {
      failing.forget(queue)
      others.forget(queue)
    },
    hasPlaceForFailing: () => failing.free() > 0,
    stop() {
      stopped = true
    },
    settled: async () => void (await Promise.all(under_way)),
  }
}
