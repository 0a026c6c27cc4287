import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '../../test/support/world.ts'
import { startGateway } from '../gateway.ts'
import { percentile } from '../stats.ts'
import { judge } from './judge.ts'
import { onePayment, type Payment } from './onePayment.ts'

const AT_ONCE = 16
const WARM_UP = 32
const PAYMENTS = 200
const PAYOUT_LIMIT_MS = 300_000

export type PaymentFigures = {
  readonly payments: number
  readonly at_once: number
  readonly payments_per_s: number
  readonly pay_p50_ms: number
  readonly pay_p99_ms: number
  /** From the first sale until the last payout was final on the chain. */
  readonly all_final_s: number
}

/** Sales from the shop's call to the captured card, and on to the final payout, through one gateway process. */
export async function paymentsBench(world: World, say: (line: string) => void): Promise<PaymentFigures> {
  const merchant = await world.createMerchant()
  const gateway = await startGateway(world, { role: 'all' })
  try {
    const sell = async (count: number) => {
      const done: Payment[] = []
      let begun = 0
      const shopper = async () => {
        while (begun++ < count) done.push(await onePayment(world, merchant))
      }
      await Promise.all(Array.from({ length: AT_ONCE }, shopper))
      return done
    }
    const untilPaidOut = async (count: number) => {
      const limit = performance.now() + PAYOUT_LIMIT_MS
      while ((await paidOut(world)) < count) {
        if (performance.now() > limit) throw new Error(`${await paidOut(world)} of ${count} payouts final`)
        await sleep(200)
      }
    }

    say('warming up')
    const first = await sell(WARM_UP)
    await untilPaidOut(WARM_UP)
    say(`${PAYMENTS} payments, ${AT_ONCE} at a time`)
    const start = performance.now()
    const payments = await sell(PAYMENTS)
    const sold = performance.now()
    say('waiting for the payouts')
    await untilPaidOut(WARM_UP + PAYMENTS)
    const end = performance.now()
    await judge(
      world,
      merchant,
      [...first, ...payments].map(({ session }) => session),
    )
    const times = payments.map(({ pay_ms }) => pay_ms)
    return {
      payments: PAYMENTS,
      at_once: AT_ONCE,
      payments_per_s: PAYMENTS / ((sold - start) / 1000),
      pay_p50_ms: percentile(times, 0.5),
      pay_p99_ms: percentile(times, 0.99),
      all_final_s: (end - start) / 1000,
    }
  } finally {
    await gateway.stop()
  }
}

async function paidOut(world: World): Promise<number> {
  const { rows } = await world.database.db.query<{ n: bigint }>(
    "select count(*) n from transaction where state = 'paid_out'",
  )
  return Number(rows[0]?.n)
}
