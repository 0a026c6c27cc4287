import type { Context } from '../../context.ts'
import { monotonicMs } from '../../lib/clock.ts'
import { stopStrayDeliveries } from './deliveryStore.ts'
import {
  type DueDelivery,
  type QueueAsk,
  type QueueEndpoint,
  dueDeliveries,
  queueEndpoints,
} from './dueStore.ts'
import { type HeldQueue, askFor, foundAgain, holdQueue, keyOf, refresh, take } from './heldQueue.ts'
import { claimQueues, keepQueues, putDownQueues, readAdded, releaseQueues } from './queueStore.ts'

/** A queue without work is kept for a moment: the next event need not claim it again. */
const IDLE_MS = 5_000
const CLAIM_MAX = 32

/** What owning queues needs of who sends from them. */
export type QueueOwner = {
  /** This worker's name in the leases. */
  readonly owner: string
  readonly lease_seconds: number
  /** Whether another receiver that fails would find a place. */
  takesFailing(): boolean
  /** Something may be there to send. */
  onSupplied(queue: HeldQueue): void
  /** It is not ours any more. */
  onDropped(queue: HeldQueue): void
  /** Not all is done: another turn is to follow. */
  again(): void
}

/** The queues that this worker owns, and what it has fetched of each. */
export type OwnQueues = {
  /** Something may be due anywhere. */
  stir(): void
  /** Renews leases, claims, fetches what is due, and puts down what is idle. One at a time. */
  turn(): Promise<void>
  /** Forgets what is not sent yet, and lets others have it. */
  dropAll(): void
  release(): Promise<void>
}

export function createOwnQueues(ctx: Context, host: QueueOwner): OwnQueues {
  const { owner, lease_seconds } = host
  const { webhook_concurrency: size, webhook_endpoint_concurrency: widest } = ctx.config
  const held = new Map<string, HeldQueue>()
  let kept_at = monotonicMs()
  /** Whether queues without an owner may have something due. */
  let look = true

  async function claim(): Promise<void> {
    const limit = Math.min(2 * size - held.size, CLAIM_MAX)
    if (limit <= 0) return
    look = false
    const claimed = await claimQueues(ctx.db, owner, lease_seconds, limit, host.takesFailing())
    for (const queue of claimed) held.set(keyOf(queue), holdQueue(queue, widest, monotonicMs()))
    if (claimed.length < limit) return
    look = true
    host.again()
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
    const except = hungry.flatMap(({ queue }) => foundAgain(queue))
    const asks = hungry.map(({ ask }) => ask)
    const [endpoints, found] = await Promise.all([
      queueEndpoints(ctx.db, claims(hungry.map(({ queue }) => queue))),
      dueDeliveries(ctx.db, asks, except),
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
      host.onSupplied(queue)
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
    host.again()
  }

  function drop(key: string): void {
    const queue = held.get(key)
    held.delete(key)
    if (!queue) return
    queue.backlog.length = 0
    host.onDropped(queue)
  }

  return {
    stir() {
      for (const queue of held.values()) queue.drained = false
      look = true
    },
    async turn() {
      await keep()
      if (look) await claim()
      await refill()
      await putDown()
    },
    dropAll() {
      for (const key of [...held.keys()]) drop(key)
    },
    release: async () => void (await releaseQueues(ctx.db, owner)),
  }
}

function claims(queues: Iterable<HeldQueue>) {
  return [...queues].map(({ claimed }) => claimed)
}
