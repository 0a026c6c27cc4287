import { readBody } from './bodies.ts'
import { retriesOf } from './schedule.ts'
import { pauseAfter } from './pauses.ts'
import { type Failure, type Recording, failure, listensTo } from './recording.ts'

/** An endpoint fails from its first event of the outage on, which comes soon. */
const SOON = 0.2

/**
 * Whether the outage was one: the endpoints were seen to fail and were not disabled, every pause
 * of the schedule that fits into it was waited for, and what the receivers lacked was listed as unacknowledged.
 */
export function judgeOutage({ outage, committed, endpoints, arrivals, attempts }: Recording): Failure[] {
  if (!outage) return []
  const { from, to } = outage
  const known = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const has = new Set(
    arrivals
      .filter((arrival) => arrival.accepted && arrival.at < to)
      .map((arrival) => `${readBody(arrival)?.id} at ${arrival.endpoint_id}`),
  )
  const unlisted = outage.endpoints.flatMap(({ id, unacknowledged }) => {
    const listed = new Set(unacknowledged)
    const endpoint = known.get(id)
    return committed
      .filter((event) => event.at < to && endpoint?.merchant_id === event.merchant_id)
      .filter((event) => endpoint && listensTo(endpoint, event.type))
      .filter((event) => !has.has(`${event.id} at ${id}`) && !listed.has(event.id))
      .map((event) => `${event.id} at ${id}`)
  })
  const retries = retriesOf(attempts).filter(([, { at }]) => at > from && at <= to)
  const waited = new Set(retries.map(([, { number }]) => pauseAfter(number)))
  const fitting = [1, 2, 3, 4, 5].map(pauseAfter).filter((pause) => pause * 1.5 < to - from)
  const late = (since: number | null) => since === null || since > from + (to - from) * SOON
  return [
    ...failure(
      'not_failing',
      'an endpoint that was down was not seen to fail for as long',
      outage.endpoints.filter(({ failing_since }) => late(failing_since)).map(({ id }) => id),
    ),
    ...failure(
      'disabled',
      'an endpoint was disabled by the outage',
      outage.endpoints.filter(({ status }) => status !== 'enabled').map(({ id }) => id),
    ),
    ...failure(
      'no_retry',
      'the outage had no retry after so many seconds',
      fitting.filter((pause) => !waited.has(pause)).map((pause) => String(pause / 1000)),
    ),
    ...failure('unlisted', 'lacked by a receiver, and not listed as unacknowledged', unlisted),
  ]
}
