import { readBody } from './judge/bodies.ts'
import { expectedDeliveries } from './judge/deliveries.ts'
import { pauseAfter } from './judge/pauses.ts'
import type { Failure } from './judge/recording.ts'
import { retriesOf } from './judge/schedule.ts'
import { signersOf } from './judge/signatures.ts'
import type { SoakResult } from './soak.ts'

export type SoakFigures = {
  readonly events: number
  readonly rolled_back: number
  /** Events that every endpoint that listens has accepted. */
  readonly delivered: number
  /** Pairs of event and endpoint. */
  readonly deliveries: number
  /** All that arrived, accepted or not. */
  readonly tries: number
  readonly refused: number
  readonly refused_in_outage: number
  /** Of the tries that came while the receivers were up, 0 to 1. */
  readonly failing_share: number
  readonly kills: number
  /** Tries that arrived and that the gateway did not live to write down. */
  readonly unwritten: number
  /** Accepted by the same endpoint once more. */
  readonly duplicates: number
  readonly signed_by: { readonly old: number; readonly both: number; readonly new: number }
  /** By the pause before them, milliseconds. */
  readonly retries: ReadonlyMap<number, number>
  readonly simulated_hours: number
  readonly steps: number
  readonly given_up: number
  readonly missing: number
  readonly gaps: number
  readonly seconds: number
}

/** Counts what was seen. */
export function countSoak(
  { recording, kills, given_up }: SoakResult,
  failures: readonly Failure[],
  seconds: number,
): SoakFigures {
  const { committed, rolled_back, arrivals, attempts, skips, outage, endpoints } = recording
  const accepted = arrivals.filter((arrival) => arrival.accepted)
  const pairs = new Set(accepted.map((arrival) => `${readBody(arrival)?.id} at ${arrival.endpoint_id}`))
  const expected = expectedDeliveries(recording)
  const lacking = new Set(
    expected.filter((pair) => !pairs.has(pair)).map((pair) => pair.slice(0, pair.indexOf(' '))),
  )
  const refused = arrivals.filter((arrival) => !arrival.accepted)
  const in_outage = refused.filter(({ at }) => outage !== null && at >= outage.from && at <= outage.to).length
  const up = arrivals.length - in_outage
  const secrets = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint.secrets]))
  const signed_by = { old: 0, both: 0, new: 0 }
  for (const arrival of arrivals) {
    const signers = signersOf(arrival, secrets.get(arrival.endpoint_id) ?? [])
    if (signers.length > 1) signed_by.both++
    else signed_by[signers[0]?.until === null ? 'new' : 'old']++
  }
  const by_pause = Map.groupBy(retriesOf(attempts), ([, { number }]) => pauseAfter(number))
  return {
    events: committed.length,
    rolled_back: rolled_back.length,
    delivered: committed.length - lacking.size,
    deliveries: pairs.size,
    tries: arrivals.length,
    refused: refused.length,
    refused_in_outage: in_outage,
    failing_share: up === 0 ? 0 : (refused.length - in_outage) / up,
    kills,
    unwritten: arrivals.length - attempts.length,
    duplicates: accepted.length - pairs.size,
    signed_by,
    retries: new Map([...by_pause].map(([pause, retries]) => [pause, retries.length])),
    simulated_hours: skips.reduce((sum, { from, to }) => sum + to - from, seconds * 1000) / 3_600_000,
    steps: skips.length,
    given_up,
    missing: countOf(failures, 'missing'),
    gaps: countOf(failures, 'gap'),
    seconds,
  }
}

function countOf(failures: readonly Failure[], kind: string): number {
  return failures.reduce((sum, { kind: of, ids }) => (of === kind ? sum + ids.length : sum), 0)
}
