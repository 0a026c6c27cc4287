import type { Context } from '../../context.ts'
import { createTurns } from '../../jobs/turns.ts'
import { sleep } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import type { Egress } from '../egress.ts'
import type { DisablePorts } from '../ports.ts'
import { createOwnQueues } from './ownQueues.ts'
import { createSender } from './sender.ts'

const TICK_MS = 500
/** A worker that is held up for a moment keeps its queues: to lose one means to send something twice. */
export const LEASE_LEAST_SECONDS = 5

export type Dispatcher = {
  /** Looks for work at once. */
  wake(): void
  /** Starts no more tries, waits for those under way, writes them down, and lets others have the queues. */
  stop(): Promise<void>
}

/**
 * Sends what is due. It owns queues, each of one receiver, and fills the sender's places from them in turns. In memory
 * are only the deliveries that are about to be sent, a few per place, however many wait.
 */
export function startDispatcher(ctx: Context, egress: Egress, ports: DisablePorts): Dispatcher {
  const stopping = new AbortController()
  const sender = createSender(ctx, egress, ports, () => turns.ask())
  const queues = createOwnQueues(ctx, {
    owner: newId('worker'),
    lease_seconds: Math.max(ctx.config.lease_seconds, LEASE_LEAST_SECONDS),
    takesFailing: sender.hasPlaceForFailing,
    onSupplied: sender.offer,
    onDropped: sender.forget,
    again: () => turns.ask(),
  })
  const turns = createTurns(
    async () => {
      if (!stopping.signal.aborted) await queues.turn()
    },
    (err) => ctx.log.error({ where: 'webhook deliveries', err }, 'background work failed'),
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
    queues.stir()
    turns.ask()
  }

  return {
    wake,
    async stop() {
      stopping.abort()
      sender.stop()
      await Promise.all([ticking, turns.settled()])
      queues.dropAll()
      await sender.settled()
      await queues.release()
    },
  }
}
