import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../fuzz/random.ts'
import type { Gateway } from '../support/world.ts'

/** A place that always has a process: as soon as one has ended, the next is started. */
export type Seat = () => Promise<Gateway>

/** Processes under a supervisor, as in production, and a hand that kills them. */
export type Fleet = {
  /** `kill -9` of one that runs, once most of them do: on a slow machine as well each gets to work now and then. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Whether it was told to stop. */
  readonly isOver: () => boolean
  readonly kills: () => number
  /** How often one ended by itself, as one that starts does while the database is away. */
  readonly ends: () => number
}

const RESTART_MS = 200
const LOOK_MS = 20
const MOST = 0.6

/** Starts a process on every seat. */
export function startFleet(seats: readonly Seat[], random: Random): Fleet {
  const running = new Set<Gateway>()
  const ready = new Set<Gateway>()
  const killed = new WeakSet<Gateway>()
  const most = Math.ceil(seats.length * MOST)
  let [kills, ends, over] = [0, 0, false]

  async function supervise(seat: Seat): Promise<void> {
    while (!over) {
      const process = await seat().catch(() => null)
      if (process) await attend(process)
      if (over || (process && killed.has(process))) continue
      ends++
      await sleep(RESTART_MS)
    }
  }

  async function attend(process: Gateway): Promise<void> {
    running.add(process)
    if (over) void process.stop()
    void process.ready.then(() => running.has(process) && ready.add(process))
    await process.exited
    running.delete(process)
    ready.delete(process)
  }

  const supervised = seats.map(supervise)
  return {
    async kill() {
      while (ready.size < most && !over) await sleep(LOOK_MS)
      if (over) return
      const victim = random.pick([...ready])
      ready.delete(victim)
      killed.add(victim)
      await victim.kill()
      kills++
    },
    async stop() {
      over = true
      await Promise.all([...running].map((process) => process.stop()))
      await Promise.all(supervised)
    },
    isOver: () => over,
    kills: () => kills,
    ends: () => ends,
  }
}
