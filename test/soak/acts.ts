import { setTimeout as sleep } from 'node:timers/promises'
import type { Outage } from './judge/recording.ts'
import { backlog, observeOutage } from './observe.ts'
import { rotate } from './shops.ts'
import type { Stage } from './stage.ts'
import { pass, quiet } from './time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Now and then both gateways die at once. */
const ALL_SHARE = 0.15
const BETWEEN_KILLS_MS = [100, 1200] as const
const BETWEEN_ROTATIONS_MS = 600
/** About what a kill takes: the pause before it, and the start of the next gateway. Recording lasts as long. */
const SECONDS_PER_KILL = 1.6
/** Rotated secrets end while the receivers are down: retries of what both have signed are then signed by one. */
const OLD_SECRET_HOURS = 3
const KILLS_PER_BURST = 3
const KILL_AFTER_STEP_SHARE = 0.4

/** Records events while gateways are killed at random moments, so many of each, and meanwhile does something else. */
export async function traffic(
  stage: Stage,
  events: number,
  kills: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const { recorder } = stage
  const seconds = Math.max(1, kills * SECONDS_PER_KILL)
  const halfway = async () => {
    await sleep((seconds * 1000) / 2)
    await meanwhile()
  }
  await Promise.all([recorder.record(events, seconds), killMany(stage, kills), halfway()])
}

async function killMany({ fleet, random, signal }: Stage, kills: number): Promise<void> {
  const [least, most] = BETWEEN_KILLS_MS
  for (let left = kills; left > 0 && !signal.aborted; ) {
    await sleep(least + random.below(most - least))
    left -= await fleet.kill(left > 1 && random.chance(ALL_SHARE) ? 'all' : 'one')
  }
}

/**
 * Rotates every endpoint's secret while deliveries are under way, one after the other.
 * @param kill_one whether to kill a gateway that may be answering
 */
export async function rotateAll(stage: Stage, kill_one: boolean): Promise<void> {
  const { endpoints, clock, fleet, random, options } = stage
  options.say('rotating every secret')
  for (const [n, endpoint] of endpoints.entries()) {
    const rotating = rotate(endpoint, clock, (OLD_SECRET_HOURS * HOUR) / 1000)
    if (n === 1 && kill_one) {
      await sleep(random.below(20))
      await Promise.all([rotating, fleet.kill('one')])
    }
    await rotating
    await sleep(random.below(BETWEEN_ROTATIONS_MS))
  }
}

/** All receivers are down for hours of simulated time, in which events are recorded and gateways are killed. */
export async function outage(stage: Stage, hours: number, events: number, kills: number): Promise<Outage> {
  const { clock, endpoints, fleet, options, random } = stage
  const last_kill = fleet.kills() + kills
  const from = clock.now()
  const end = from + hours * HOUR
  const bursts = options.bursts.map((minutes) => from + minutes * MINUTE)
  const share = Math.round(events / bursts.length)
  for (const { server } of endpoints) server.setDown(true)
  while (clock.now() < end) {
    if (clock.now() >= (bursts[0] ?? Infinity)) {
      bursts.shift()
      await traffic(stage, share, Math.min(KILLS_PER_BURST, last_kill - fleet.kills()))
    } else if (fleet.kills() < last_kill && random.chance(KILL_AFTER_STEP_SHARE)) {
      // Amid the retries that have just become due.
      await sleep(random.below(300))
      await fleet.kill('one')
    }
    const ms = await pass(stage, Math.min(end, bursts[0] ?? end) - clock.now())
    options.say(
      `the receivers are down: ${inWords(clock.now() - from)} of ${hours} h, a step of ${inWords(ms ?? 0)}`,
    )
  }
  await quiet(stage)
  const seen = await observeOutage(endpoints, clock, from)
  for (const { server } of endpoints) server.setDown(false)
  return seen
}

/** Lets time pass until nothing waits any more. Returns how many deliveries were given up. */
async function drain(stage: Stage): Promise<number> {
  const { db, options } = stage
  for (;;) {
    // None is killed any more, so one is enough.
    const ms = await pass(stage, Infinity, 1)
    const { waiting, given_up } = await backlog(db)
    // Asked while no gateway ran: none has anything in hand.
    if (ms === null) return given_up
    options.say(`${waiting} deliveries wait for their retry, after a step of ${inWords(ms)}`)
  }
}

/** What 72 hours did not bring is sent again by the call that is there for it, and waited for. */
export async function resendGivenUp(stage: Stage): Promise<number> {
  const given_up = await drain(stage)
  if (given_up === 0) return 0
  stage.options.say(`${given_up} deliveries were given up after 72 h: they are sent again`)
  for (const { id, skiro } of stage.endpoints) {
    let answer = await skiro.webhooks.resend(id)
    while (answer.has_more) answer = await skiro.webhooks.resend(id, { after_sequence: answer.last_sequence })
  }
  await drain(stage)
  return given_up
}

function inWords(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / 1000)} s`
  return ms < HOUR ? `${(ms / MINUTE).toFixed(0)} min` : `${(ms / HOUR).toFixed(1)} h`
}
