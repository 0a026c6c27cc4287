import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, inTransaction, openDb } from '../../packages/server/src/db/sql.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import type { World } from '../../test/support/world.ts'
import { startGateway } from '../gateway.ts'
import { median, percentile } from '../stats.ts'
import { bareLoop } from './bareLoop.ts'
import { addEndpoint, recordMany, recordOne, seedWaiting } from './events.ts'
import { type FastReceiver, startFastReceiver } from './startReceivers.ts'

const ROUNDS = 3
const ENDPOINTS = 8
const WARM_UP = 8_000
const EVENTS = 24_000
const BARE_CONCURRENCY = 64
const IDLE_SAMPLES = 200
const HANGING = 50

export type WebhookFigures = {
  readonly bare_per_s: number
  readonly deliveries_per_s: number
  readonly ratio: number
  readonly idle_p50_ms: number
  readonly idle_p99_ms: number
  readonly hanging: number
  readonly healthy_p95_ms: number
  readonly waiting: number
  readonly rss_before_mb: number
  readonly rss_waiting_mb: number
}

/** Webhook deliveries against a bare loop that signs and posts, in turns, to the same receivers. */
export async function webhooksBench(
  world: World,
  waiting: number,
  say: (line: string) => void,
): Promise<WebhookFigures> {
  const db = openDb(world.database.url, { max: 4 })
  const receiver = await startFastReceiver()
  try {
    const throughput = await measureThroughput(world, db, receiver, say)
    const gateway = await startGateway(world, { role: 'all' })
    try {
      say('an idle endpoint')
      const idle = await arrivals(world, db, IDLE_SAMPLES, 40)
      say(`the same while ${HANGING} others hang`)
      for (let n = 0; n < HANGING; n++) {
        const shop = await world.createMerchant()
        await addEndpoint(db, shop, `${receiver.url}/hang`)
        await recordMany(db, shop.merchant_id, 20)
      }
      const healthy = await arrivals(world, db, IDLE_SAMPLES, 40)
      const rss_before_mb = await rss(gateway.pid)
      say(`${waiting} events waiting`)
      const slow = await world.createMerchant()
      await seedWaiting(db, slow, `${receiver.url}/hang`, waiting)
      await sleep(20_000)
      await arrivals(world, db, 20, 40)
      const rss_waiting_mb = await rss(gateway.pid)
      return {
        ...throughput,
        idle_p50_ms: percentile(idle, 0.5),
        idle_p99_ms: percentile(idle, 0.99),
        hanging: HANGING,
        healthy_p95_ms: percentile(healthy, 0.95),
        waiting,
        rss_before_mb,
        rss_waiting_mb,
      }
    } finally {
      await gateway.stop()
    }
  } finally {
    await receiver.stop()
    await db.pool.end()
  }
}

/** Committed events until they have arrived: numbering, fan-out, signing, sending and writing down included. */
async function measureThroughput(world: World, db: Db, receiver: FastReceiver, say: (line: string) => void) {
  const shops = await Promise.all(Array.from({ length: ENDPOINTS }, () => world.createMerchant()))
  for (const shop of shops) await addEndpoint(db, shop, `${receiver.url}/${shop.merchant_id}`)
  const body = await recordOne(db, shops[0]?.merchant_id ?? '')
  const bare: number[] = []
  const ours: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(
      await bareLoop({
        urls: shops.map((shop) => `${receiver.url}/${shop.merchant_id}`),
        body,
        secret: shops[0]?.webhook_secret ?? '',
        concurrency: BARE_CONCURRENCY,
        seconds: 5,
        warm_up_s: 3,
      }),
    )
    await db.query('checkpoint')
    const record = (events: number) =>
      inTransaction(db, async (tx) => {
        for (const shop of shops) await recordMany(tx, shop.merchant_id, events / ENDPOINTS)
        tx.wake('skiro_events')
      })
    ours.push(await drain(world, receiver, record))
    say(
      `round ${round + 1} of ${ROUNDS}: ${Math.round(bare.at(-1) ?? 0)} bare posts/s, ${Math.round(ours.at(-1) ?? 0)} deliveries/s`,
    )
  }
  const [bare_per_s, deliveries_per_s] = [median(bare), median(ours)]
  return { bare_per_s, deliveries_per_s, ratio: deliveries_per_s / bare_per_s }
}

/**
 * Deliveries per second of a warm process, all that belongs to them included: measured from the commit of a second lot of
 * events, so that none of them is numbered or fanned out before.
 */
async function drain(
  world: World,
  receiver: FastReceiver,
  record: (events: number) => Promise<void>,
): Promise<number> {
  const before = await receiver.count()
  const gateway = await startGateway(world, { role: 'all' })
  try {
    const reach = async (wanted: number) => {
      for (;;) {
        const count = (await receiver.count()) - before
        if (count >= wanted) return { count, at: performance.now() }
        await sleep(20)
      }
    }
    await record(WARM_UP)
    await reach(WARM_UP)
    await record(EVENTS)
    const from = { count: (await receiver.count()) - before, at: performance.now() }
    const to = await reach(WARM_UP + EVENTS * 0.98)
    return ((to.count - from.count) * 1000) / (to.at - from.at)
  } finally {
    await gateway.stop()
  }
}

/** Milliseconds from the commit of an event to its arrival at an endpoint that has nothing else to do. */
async function arrivals(world: World, db: Db, samples: number, pause_ms: number): Promise<number[]> {
  const receiver = await startReceiver()
  try {
    const shop = await world.createMerchant()
    await addEndpoint(db, shop, receiver.url)
    const times: number[] = []
    for (let n = 0; n <= samples; n++) {
      const seen = receiver.received.length
      await recordOne(db, shop.merchant_id)
      const committed = performance.now()
      while (receiver.received.length === seen) await new Promise(setImmediate)
      // The first one opens the connection and compiles what it runs.
      if (n > 0) times.push(performance.now() - committed)
      await sleep(pause_ms)
    }
    return times
  } finally {
    await receiver.close()
  }
}

async function rss(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}
