import type { Context } from '../../context.ts'
import { type GroupLimits, inGroups } from '../../db/group.ts'
import { isRefusal } from '../../db/sql.ts'
import { createTurns } from '../../jobs/turns.ts'
import { monotonicMs, sleep } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import { disableEndpoint } from '../disableEndpoint.ts'
import type { Egress } from '../egress.ts'
import { type TryResult, markFailing, markWorking, recordTries } from './attemptStore.ts'
import { stopStrayDeliveries } from './deliveryStore.ts'
import { isGone } from './diagnose.ts'
import {
  type DueDelivery,
  type QueueAsk,
  type QueueEndpoint,
  dueDeliveries,
  queueEndpoints,
} from './dueStore.ts'
import { type HeldQueue, askFor, holdQueue, keyOf, mayStart, refresh, take, trim } from './heldQueue.ts'
import { type Places, createPlaces } from './places.ts'
import { claimQueues, keepQueues, putDownQueues, readAdded, releaseQueues } from './queueStore.ts'
import { tryDelivery } from './tryDelivery.ts'

const TICK_MS = 500
/** A queue without work is kept for a moment: the next event need not claim it again. */
const IDLE_MS = 5_000
const CLAIM_MAX = 32
/** A worker that is held up for a moment keeps its queues: to lose one means to send something twice. */
export const LEASE_LEAST_SECONDS = 5
const FAILING_SHARE = 4
const RECORD: GroupLimits = {
  size: 256,
  enough: 128,
  gather_ms: 5,
  at_once: 2,
  patience_ms: 20,
  didNothing: isRefusal,
}

export type Dispatcher = {
  /** Looks for work at once. */
  wake(): void
  /** Starts no more tries, waits for those under way, writes them down, and lets others have the queues. */
  stop(): Promise<void>
}

/**
 * Sends what is due. It owns queues, each of one receiver, and fills its places from them in turns: a receiver that
 * hangs keeps one place busy, and those that fail share a quarter of all places. In memory are only the deliveries that
 * are about to be sent, a few per place, however many wait.
 */
export function startDispatcher(ctx: Context, egress: Egress): Dispatcher {
  const owner = newId('worker')
  const { webhook_concurrency: size, webhook_endpoint_concurrency: widest } = ctx.config
  const lease_seconds = Math.max(ctx.config.lease_seconds, LEASE_LEAST_SECONDS)
  const held = new Map<string, HeldQueue>()
  const for_failing = Math.max(1, Math.floor(size / FAILING_SHARE))
  const failing: Places<HeldQueue> = createPlaces(for_failing, (queue) => start(queue, failing))
  const others: Places<HeldQueue> = createPlaces(Math.max(1, size - for_failing), (queue) =>
    start(queue, others),
  )
  const record = inGroups<TryResult, null>((tries) => recordTries(ctx.db, tries), RECORD)
  const under_way = new Set<Promise<void>>()
  const stopping = new AbortController()
  let kept_at = monotonicMs()
  /** Whether queues without an owner may have something due. */
  let look = true
  const turns = createTurns(turn, (err) =>
    ctx.log.error({ where: 'webhook deliveries', err }, 'background work failed'),
  )
  const ticking = tick()

  async function tick(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(TICK_MS, stopping.signal)
      // Retries become due without anyone saying so.
      wake()
    }
  }

  function wake(): void {
    for (const queue of held.values()) queue.drained = false
    look = true
    turns.ask()
  }

  async function turn(): Promise<void> {
    if (stopping.signal.aborted) return
    await keep()
    if (look) await claim()
    await refill()
    await putDown()
  }

  async function claim(): Promise<void> {
    const limit = Math.min(2 * size - held.size, CLAIM_MAX)
    if (limit <= 0) return
    look = false
    const claimed = await claimQueues(ctx.db, owner, lease_seconds, limit, failing.free() > 0)
    for (const queue of claimed) held.set(keyOf(queue), holdQueue(queue, widest, monotonicMs()))
    if (claimed.length < limit) return
    look = true
    turns.ask()
  }

  /** Renews the leases in time. What another took meanwhile is not ours any more. */
  async function keep(): Promise<void> {
    if (held.size === 0 || monotonicMs() - kept_at < (lease_seconds * 1000) / 3) return
    const now = monotonicMs()
    const ours = new Set((await keepQueues(ctx.db, owner, lease_seconds, claims(held.values()))).map(keyOf))
    kept_at = now
    for (const key of held.keys()) if (!ours.has(key)) drop(key)
  }

  async function refill(): Promise<void> {
    let budget = 4 * size - [...held.values()].reduce((sum, { backlog }) => sum + backlog.length, 0)
    const hungry: { queue: HeldQueue; ask: QueueAsk }[] = []
    for (const queue of held.values()) {
      const ask = askFor(queue)
      if (!ask || budget <= 0) continue
      budget -= ask.want
      hungry.push({ queue, ask })
    }
    if (hungry.length === 0) return
    const in_hand = hungry.flatMap(({ queue }) => [...queue.in_hand])
    const asks = hungry.map(({ ask }) => ask)
    const [endpoints, found] = await Promise.all([
      queueEndpoints(ctx.db, claims(hungry.map(({ queue }) => queue))),
      dueDeliveries(ctx.db, asks, in_hand),
    ])
    for (const [n, { queue, ask }] of hungry.entries()) {
      const [endpoint, due] = [endpoints[n], found[n]]
      if (endpoint && due) await supply(queue, endpoint, ask, due)
    }
  }

  async function supply(
    queue: HeldQueue,
    endpoint: QueueEndpoint,
    ask: QueueAsk,
    due: DueDelivery[],
  ): Promise<void> {
    try {
      refresh(queue, endpoint, ctx.config.key_encryption_keys)
    } catch (err) {
      // Its deliveries wait until the key is back; those of the others go on.
      queue.drained = true
      if (!queue.is_sealed) ctx.log.error({ webhook_endpoint_id: endpoint.id, err }, 'a secret does not open')
      queue.is_sealed = true
      return
    }
    if (endpoint.is_on) {
      take(queue, ask, due, monotonicMs())
      if (mayStart(queue)) placesOf(queue).ask(queue)
      return
    }
    queue.drained = true
    if (due.length > 0) await stopStrayDeliveries(ctx.db, endpoint)
  }

  /** Puts down what has had nothing to do for a while. */
  async function putDown(): Promise<void> {
    const now = monotonicMs()
    const idle = [...held.values()].filter(
      (queue) => queue.drained && queue.in_hand.size === 0 && now - queue.busy_at > IDLE_MS,
    )
    if (idle.length === 0) return
    const down = new Set((await putDownQueues(ctx.db, owner, claims(idle))).map(keyOf))
    for (const key of down) drop(key)
    const stay = idle.filter((queue) => !down.has(keyOf(queue.claimed)))
    if (stay.length === 0) return
    // Something came in while it was put down: it is looked at once more.
    for (const claimed of await readAdded(ctx.db, owner, claims(stay))) {
      const queue = held.get(keyOf(claimed))
      if (queue) Object.assign(queue, { claimed, drained: false, since: 0 })
    }
    turns.ask()
  }

  function drop(key: string): void {
    const queue = held.get(key)
    held.delete(key)
    if (!queue) return
    queue.backlog.length = 0
    failing.forget(queue)
    others.forget(queue)
  }

  function placesOf(queue: HeldQueue): Places<HeldQueue> {
    return queue.is_failing ? failing : others
  }

  function start(queue: HeldQueue, places: Places<HeldQueue>): boolean {
    if (stopping.signal.aborted || !mayStart(queue) || !queue.endpoint) return false
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
    if (mayStart(queue)) placesOf(queue).ask(queue)
    if (askFor(queue)) turns.ask()
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
    if (isGone(status)) await disableEndpoint(ctx, endpoint, 'gone')
    else if (succeeded && endpoint.failing_since) await markWorking(ctx.db, endpoint)
    else if (!succeeded && !endpoint.failing_since) await markFailing(ctx.db, endpoint)
    // Until it is read again.
    endpoint.failing_since = succeeded ? null : (endpoint.failing_since ?? new Date(result.at))
  }

  return {
    wake,
    async stop() {
      stopping.abort()
      await Promise.all([ticking, turns.settled()])
      for (const queue of held.values()) drop(keyOf(queue.claimed))
      await Promise.all(under_way)
      await releaseQueues(ctx.db, owner)
    },
  }
}

function claims(queues: Iterable<HeldQueue>) {
  return [...queues].map(({ claimed }) => claimed)
}
