import type { Context } from '../../context.ts'
import { monotonicMs } from '../../lib/clock.ts'
import { checkPage } from './checkPage.ts'

const FIRST_MS = 60_000
/** PCI DSS 11.6.1 asks for once in seven days at least. */
const EVERY_MS = 24 * 3_600_000

/** Looks at the payment page once a day, from outside, and raises an alarm when it is not ours. */
export function pageWatch(ctx: Context) {
  let next_ms = monotonicMs() + FIRST_MS
  return {
    name: 'payment page',
    async run() {
      if (monotonicMs() < next_ms) return 0
      next_ms = monotonicMs() + EVERY_MS
      const { url, reached, differences } = await checkPage(ctx)
      if (!reached) ctx.log.warn({ url }, 'the payment page could not be looked at from here')
      for (const difference of differences)
        ctx.log.error({ url, difference }, 'the payment page was changed on its way')
      return 0
    },
  }
}
