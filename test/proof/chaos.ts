import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../fuzz/random.ts'
import { buyAll } from './buy.ts'
import { holdingsOf } from './chainBook.ts'
import { disturb } from './disturb.ts'
import type { Fates } from './faultyProxy.ts'
import { startFleet } from './fleet.ts'
import { observe } from './observe.ts'
import { makeOrders } from './orders.ts'
import type { Recording } from './recording.ts'
import { gatewaySeats } from './seats.ts'
import type { Stage, Troubles } from './stage.ts'

const DRAIN_SECONDS = 60
const LOOK_MS = 100
/** About what a kill takes. Customers come for as long as gateways are killed. */
const SECONDS_PER_KILL = 0.8

export type ChaosResult = {
  readonly recording: Recording
  /** What calls met while there were faults. */
  readonly fates: Readonly<Record<'rpc' | 'acquirer', Fates>>
  readonly troubles: Troubles
  readonly kills: number
  /** Processes that ended by themselves, at the start without a database. */
  readonly ends: number
  /** From the end of the faults to the last final payout. */
  readonly drain_seconds: number
}

/**
 * Customers pay while gateways are killed, calls are lost, PostgreSQL is stopped hard and blocks are undone. Then all
 * that stops, everything has to be paid within a minute, and the books are read.
 * @throws Error when it is not paid in time, with what is left
 */
export async function chaos(stage: Stage): Promise<ChaosResult> {
  const { options, world, rpc, acquirer, troubles, newRandom } = stage
  const { payouts, kills, workers, servers, say, signal } = options
  const before = await holdingsOf(world)
  const orders = shuffle(await makeOrders(world, payouts), newRandom())
  const { seats, origins, compile } = await gatewaySeats(stage, workers, servers)
  await compile()
  const fleet = startFleet(seats, newRandom())
  const over = new AbortController()
  try {
    say(`${payouts} payments, ${kills} kills, ${servers} x serve, ${workers} x work`)
    const shop = { world, origins, signal: AbortSignal.any([signal, over.signal]) }
    const buying = buyAll(shop, orders, kills * SECONDS_PER_KILL)
    const [sessions] = await Promise.all([buying, disturb(stage, fleet, kills, buying)])
    const fates = { rpc: rpc.calm(), acquirer: acquirer.calm() }
    say('no more faults')
    const drain_seconds = await drain(stage, sessions)
    say(`drained in ${drain_seconds.toFixed(1)} s`)
    await fleet.stop()
    const recording = await observe(world, orders, sessions, before)
    return {
      recording,
      fates,
      troubles: { ...troubles },
      kills: fleet.kills(),
      ends: fleet.ends(),
      drain_seconds,
    }
  } finally {
    over.abort()
    await fleet.stop()
  }
}

/** Waits until every payout is final and every event is numbered and sent. Returns the seconds that took. */
async function drain({ world }: Stage, sessions: readonly string[]): Promise<number> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  for (;;) {
    const { rows } = await world.database.db.query<{ left: string[] | null }>(LEFT, [sessions])
    const left = rows[0]?.left ?? []
    if (left.length === 0) return seconds()
    if (seconds() > DRAIN_SECONDS) throw new Error(`not drained in ${DRAIN_SECONDS} s:\n${left.join('\n')}`)
    await sleep(LOOK_MS)
  }
}

const LEFT = `select array_agg(what) "left" from (
  select 'payment ' || s.id || ' ' || coalesce(string_agg(t.state, ' '), '') || ' ' || coalesce(string_agg(p.status, ' '), '') what
  from checkout_session s left join transaction t on t.checkout_session_id = s.id left join payout p on p.transaction_id = t.id
  where s.id = any($1) group by s.id having count(*) filter (where p.status = 'completed') = 0
  union all select 'unnumbered ' || type || ' ' || object_id from event where sequence is null
  union all select 'unsent ' || event_id || ' ' || tries || ' tries' from webhook_delivery where state = 'pending') waiting`

function shuffle<T>(list: readonly T[], random: Random): T[] {
  const shuffled = [...list]
  for (let n = shuffled.length - 1; n > 0; n--) {
    const other = random.below(n + 1)
    ;[shuffled[n], shuffled[other]] = [shuffled[other] as T, shuffled[n] as T]
  }
  return shuffled
}
