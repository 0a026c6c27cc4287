import type { World } from '../support/world.ts'
import { outage, resendGivenUp, rotateAll, traffic } from './acts.ts'
import type { Recording } from './judge/recording.ts'
import { loggedErrors, observeEnding, readAttempts } from './observe.ts'
import { type SoakOptions, type Stage, setStage } from './stage.ts'

export type SoakResult = {
  readonly recording: Recording
  readonly kills: number
  /** Deliveries that 72 hours did not bring, and one call sent again. */
  readonly given_up: number
}

/**
 * Events are recorded, receivers fail, gateways are killed, secrets are rotated, all receivers are down for hours, and in
 * the end everything has to be delivered. This does it and notes what it sees; `judge` says whether it went well.
 * @throws Error when it is broken off
 */
export async function soak(world: World, options: SoakOptions): Promise<SoakResult> {
  const stage = await setStage(world, options)
  try {
    const parts = await play(stage)
    return { ...parts, recording: await record(stage, parts.seen_in_outage) }
  } finally {
    await stage.close()
  }
}

async function play(stage: Stage) {
  const { events, kills, outage_hours, say } = stage.options
  const { fleet, recorder } = stage
  const first = { events: Math.round(events * 0.6), kills: Math.round(kills * 0.4) }
  say(`receivers fail now and then; ${first.events} events, ${first.kills} kills`)
  const kill_one = first.kills > 0
  await traffic(stage, first.events, kill_one ? first.kills - 1 : 0, () => rotateAll(stage, kill_one))
  let seen_in_outage = null
  if (outage_hours > 0) {
    say('all receivers are down')
    seen_in_outage = await outage(stage, outage_hours, Math.round(events * 0.2), Math.round(kills * 0.4))
  }
  const left = { events: events - recorder.committed.length, kills: kills - fleet.kills() }
  say(`receivers are back and fail now and then; ${left.events} events, ${left.kills} kills`)
  await traffic(stage, left.events, left.kills)
  const given_up = await resendGivenUp(stage)
  return { seen_in_outage, given_up, kills: fleet.kills() }
}

/** What was seen, once everything is over. */
async function record(stage: Stage, outage: Recording['outage']): Promise<Recording> {
  const { world, options, db, clock, fleet, endpoints, arrivals, recorder } = stage
  const ending = await observeEnding(world, endpoints)
  await fleet.stop()
  const complaints = [...fleet.complaints, ...(await loggedErrors(world))]
  const { committed, rolled_back } = recorder
  const attempts = await readAttempts(db, clock)
  const { skips } = clock
  const { slack_share } = options
  return {
    ...{ committed, rolled_back, endpoints, arrivals, attempts, skips, slack_share, outage },
    ending: { ...ending, complaints },
  }
}
