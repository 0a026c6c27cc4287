import { type Db, openDb } from '../../packages/server/src/db/sql.ts'
import { type Random, randomFrom } from '../fuzz/random.ts'
import type { World } from '../support/world.ts'
import { type SimulatedClock, createClock } from './clock.ts'
import { type Fleet, createFleet } from './fleet.ts'
import type { Arrival } from './judge/recording.ts'
import { type Recorder, createRecorder } from './recorder.ts'
import { type ShopEndpoint, openShops } from './shops.ts'

export type SoakOptions = {
  readonly events: number
  readonly kills: number
  /** Repeats what is drawn by lot. How processes and network take their turns, nothing repeats. */
  readonly seed: string
  /** How often receivers fail while they are up, 0 to 1. */
  readonly fail_share: number
  /** 0: no outage. */
  readonly outage_hours: number
  readonly say: (line: string) => void
  /** Breaks it off. */
  readonly signal: AbortSignal
  /** When the receivers are down: events are recorded at so many minutes of it. */
  readonly bursts: readonly number[]
  /** How much of its pause a retry may be late because time passes in steps. */
  readonly slack_share: number
  /** Instead of the gateway, to see the soak fail. */
  readonly program?: string
}

/** All that takes part in a soak. */
export type Stage = {
  readonly world: World
  readonly options: SoakOptions
  readonly db: Db
  readonly clock: SimulatedClock
  readonly fleet: Fleet
  readonly endpoints: readonly ShopEndpoint[]
  readonly recorder: Recorder
  readonly arrivals: readonly Arrival[]
  readonly random: Random
  /** Aborted when the soak is broken off, or is over. */
  readonly signal: AbortSignal
  close(): Promise<void>
}

/** Starts the gateways and opens the shops. */
export async function setStage(world: World, options: SoakOptions): Promise<Stage> {
  let draws = 0
  const newRandom = () => randomFrom(`${options.seed} ${draws++}`)
  const { fail_share } = options
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const db = openDb(world.database.url, { max: 8, name: 'soak' })
  const clock = createClock()
  const arrivals: Arrival[] = []
  const random = newRandom()
  const fleet = await createFleet(world, newRandom(), options.program)
  const open = async () => {
    await fleet.start()
    return await openShops(world, fleet, clock, { random: newRandom, fail_share, arrivals })
  }
  const endpoints = await open().catch(async (error: unknown) => {
    await fleet.stop()
    throw error
  })
  const merchant_ids = new Set(endpoints.map(({ merchant_id }) => merchant_id))
  const recorder = createRecorder(db, [...merchant_ids], clock, newRandom(), signal)
  return {
    ...{ world, options, db, clock, fleet, endpoints, recorder, arrivals, random, signal },
    async close() {
      over.abort()
      await fleet.stop()
      await Promise.all(endpoints.map(({ server }) => server.close()))
      await db.pool.end()
    },
  }
}
