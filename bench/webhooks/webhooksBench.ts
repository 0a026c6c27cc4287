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

const ROUNDS = 7
const ENDPOINTS = 8
/** Some ten seconds. */
const WARM_UPS = 4
const EVENTS = 32_000
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

/**
 * Committed events until they have arrived, numbering, fan-out, signing, sending and writing down included: of one
 * gateway that runs on, because Node compiles what runs often, and the loop has warmed up too when it is measured.
 */
async function measureThroughput(world: World, db: Db, receiver: FastReceiver, say: (line: string) => void) {
  const shops = await Promise.all(Array.from({ length: ENDPOINTS }, () => world.createMerchant()))
  for (const shop of shops) await addEndpoint(db, shop, `${receiver.url}/${shop.merchant_id}`)
  const body = await recordOne(db, shops[0]?.merchant_id ?? '')
  const record = (events: number) =>
    inTransaction(db, async (tx) => {
      for (const shop of shops) await recordMany(tx, shop.merchant_id, events / ENDPOINTS)
      tx.wake('skiro_events')
    })
  const bare: number[] = []
  const ours: number[] = []
  const gateway = await startGateway(world, { role: 'all' })
  try {
    for (let n = 0; n < WARM_UPS; n++) await drain(receiver, record)
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(
        await bareLoop({
          urls: shops.map((shop) => `${receiver.url}/${shop.merchant_id}`),
          body,
          secret: shops[0]?.webhook_secret ?? '',
          concurrency: BARE_CONCURRENCY,
          seconds: 3,
          warm_up_s: 3,
        }),
      )
      await db.query('checkpoint')
      ours.push(await drain(receiver, record))
      say(
        `round ${round + 1} of ${ROUNDS}: ${Math.round(bare.at(-1) ?? 0)} bare posts/s, ${Math.round(ours.at(-1) ?? 0)} deliveries/s`,
      )
    }
  } finally {
    await gateway.stop()
  }
  return {
    bare_per_s: median(bare),
    deliveries_per_s: median(ours),
    // A shared machine is now faster, now slower: each ratio is of one round.
    ratio: median(ours.map((per_s, round) => per_s / (bare[round] ?? Number.NaN))),
  }
}

/** Deliveries per second from the commit of a lot of events, so that none of them is numbered or fanned out before. */
async function drain(receiver: FastReceiver, record: (events: number) => Promise<void>): Promise<number> {
  const before = await receiver.count()
  await record(EVENTS)
  const started = performance.now()
  for (;;) {
    const count = (await receiver.count()) - before
    if (count >= EVENTS * 0.98) {
      const per_s = (count * 1000) / (performance.now() - started)
      while ((await receiver.count()) - before < EVENTS) await sleep(20)
      return per_s
    }
    await sleep(20)
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
