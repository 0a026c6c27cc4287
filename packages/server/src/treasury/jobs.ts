import type { Context } from '../context.ts'
import type { Sweep } from '../jobs/job.ts'
import { monotonicMs } from '../lib/clock.ts'
import { advanceOrder } from './advanceOrder.ts'
import { deskOf, settingsOf } from './desk.ts'
import { wakingOrders } from './orderStore.ts'
import { planHedges } from './planHedges.ts'
import { planRefills } from './planRefills.ts'
import type { TreasuryPorts } from './ports.ts'
import { createPotWatch } from './watchPots.ts'

const BATCH = 20

/**
 * Decides what to order, and takes up every order that is due, whoever began it. Any number of workers may do so at once.
 * Without settings for a mode nothing is read and nothing ordered there.
 */
export function treasurySweeps(ctx: Context, ports: TreasuryPorts): Sweep[] {
  const watch = createPotWatch(ctx, ports)
  const next = new Map<boolean, number>()
  return [
    {
      name: 'treasury',
      async run(stop) {
        let planned = 0
        for (const livemode of [false, true]) {
          const settings = settingsOf(ctx.config, livemode)
          const is_idle = !settings || (settings.pots.length === 0 && !settings.exchange)
          if (is_idle || stop?.aborted || monotonicMs() < (next.get(livemode) ?? 0)) continue
          next.set(livemode, monotonicMs() + settings.every_seconds * 1000)
          await watch(livemode)
          planned += await plan(ctx, ports, livemode)
        }
        return planned
      },
    },
    {
      name: 'treasury orders',
      async run(stop) {
        const waiting = await wakingOrders(ctx.db, BATCH)
        for (const ref of waiting) {
          if (stop?.aborted) break
          await advanceOrder(ctx, ref).catch((err: unknown) =>
            ctx.log.error({ order_id: ref.id, err }, 'could not advance an order of the treasury'),
          )
        }
        return waiting.length
      },
    },
  ]
}

/** One that fails, because the exchange does not answer, does not keep the other from being made. */
async function plan(ctx: Context, ports: TreasuryPorts, livemode: boolean): Promise<number> {
  const desk = deskOf(ctx, livemode)
  if (!desk) return 0
  let planned = 0
  for (const [what, make] of [
    ['hedges', planHedges],
    ['refills', planRefills],
  ] as const) {
    try {
      planned += await make(ctx, ports, livemode, desk)
    } catch (err) {
      ctx.log.warn({ what, livemode, err }, 'the treasury could not plan')
    }
  }
  return planned
}
