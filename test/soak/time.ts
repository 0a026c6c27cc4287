import { setTimeout as sleep } from 'node:timers/promises'
import { backlog } from './observe.ts'
import { longestStep, passTime } from './passTime.ts'
import type { Stage } from './stage.ts'

const LOOK_MS = 50

/**
 * Waits until every event is published and nothing is due. What a killed gateway had in hand is due until its lease has
 * run out and another has sent it.
 * @throws Error when the soak is broken off, with what is not done yet
 */
export async function quiet({ db, signal }: Stage): Promise<void> {
  for (;;) {
    const { unpublished, due, waiting } = await backlog(db)
    if (signal.aborted)
      throw new Error(
        `${String(signal.reason)}: ${unpublished} events unpublished, ${due} deliveries due, ${waiting} waiting`,
      )
    if (unpublished + due === 0) return
    await sleep(LOOK_MS)
  }
}

/**
 * Lets one step of time pass while no gateway runs: until the first retry has been due for as long as it may, at most
 * `limit` milliseconds. Returns how much passed: 0 when something became due meanwhile; null when nothing waits and there
 * is no limit.
 * @param gateways how many are started afterwards; all without it
 */
export async function pass(stage: Stage, limit: number, gateways?: number): Promise<number | null> {
  const { db, fleet, clock, options } = stage
  await quiet(stage)
  await fleet.stop()
  const longest = await longestStep(db, options.slack_share)
  const ms = Math.max(0, Math.min(limit, longest.ms))
  if (ms > 0 && ms < Infinity) {
    await passTime(db, ms)
    clock.skip(ms, longest.at)
  }
  await fleet.start(gateways)
  return ms < Infinity ? ms : null
}
