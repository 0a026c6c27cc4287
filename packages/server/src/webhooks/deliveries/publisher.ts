import type { Context } from '../../context.ts'
import { unpublishedTenants } from '../../events/publishStore.ts'
import { createTurns } from '../../jobs/turns.ts'
import { sleep } from '../../lib/clock.ts'
import { publishEvents } from './publishEvents.ts'

const TICK_MS = 1000
const TENANTS = 64
const AT_ONCE = 4

/** Publishes events as they are committed, those of several merchants at the same time. */
export function startPublisher(ctx: Pick<Context, 'db' | 'log'>): { wake(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  const report = (err: unknown) =>
    ctx.log.error({ where: 'publishing events', err }, 'background work failed')
  const turns = createTurns(turn, report)
  const ticking = tick()

  async function tick(): Promise<void> {
    while (!stopping.signal.aborted) {
      turns.ask()
      await sleep(TICK_MS, stopping.signal)
    }
  }

  async function turn(): Promise<void> {
    const tenants = await unpublishedTenants(ctx.db, TENANTS)
    const queue = tenants.values()
    const work = async () => {
      for (const tenant of queue) {
        if (stopping.signal.aborted) return
        await publishEvents(ctx, tenant).catch(report)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    if (tenants.length === TENANTS) turns.ask()
  }

  return {
    wake: () => turns.ask(),
    async stop() {
      stopping.abort()
      await Promise.all([ticking, turns.settled()])
    },
  }
}
