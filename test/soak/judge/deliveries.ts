import { readBody } from './bodies.ts'
import { type CommittedEvent, type Failure, type Recording, failure, listensTo } from './recording.ts'

/** Whether each endpoint accepted what it listens to, and got nothing else, under one id and with one body each. */
export function judgeDeliveries(recording: Recording): Failure[] {
  const { committed, rolled_back, endpoints, arrivals } = recording
  const events = new Map(committed.map((event) => [event.id, event]))
  const undone = new Set(rolled_back)
  const owners = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const accepted = new Set<string>()
  const bodies = new Map<string, string>()
  const ids_of_serial = new Map<unknown, Set<string>>()
  const found = {
    unreadable: new Set<string>(),
    rolled_back: new Set<string>(),
    unknown: new Set<string>(),
    stray: new Set<string>(),
    changed: new Set<string>(),
  }
  for (const arrival of arrivals) {
    const posted = readBody(arrival)
    if (!posted) {
      found.unreadable.add(arrival.body.slice(0, 80))
      continue
    }
    const { id } = posted
    const event = events.get(id)
    const endpoint = owners.get(arrival.endpoint_id)
    if (undone.has(id)) found.rolled_back.add(id)
    else if (!event) found.unknown.add(id)
    else if (!endpoint || endpoint.merchant_id !== event.merchant_id || !listensTo(endpoint, event.type))
      found.stray.add(`${id} at ${arrival.endpoint_id}`)
    if ((bodies.get(id) ?? arrival.body) !== arrival.body || (event && !isOf(event, posted)))
      found.changed.add(id)
    bodies.set(id, arrival.body)
    const { serial } = posted.data
    ids_of_serial.set(serial, (ids_of_serial.get(serial) ?? new Set()).add(id))
    if (arrival.accepted) accepted.add(`${id} at ${arrival.endpoint_id}`)
  }
  const missing = expectedDeliveries(recording).filter((delivery) => !accepted.has(delivery))
  const two_ids = [...ids_of_serial.values()]
    .filter((ids) => ids.size > 1)
    .map((ids) => [...ids].join(' and '))
  return [
    ...failure('missing', 'committed, and not accepted by an endpoint that listens', missing),
    ...failure('rolled_back', 'rolled back, and delivered', [...found.rolled_back]),
    ...failure('unknown', 'delivered, and recorded by nobody', [...found.unknown]),
    ...failure('stray', 'delivered where nobody asked for it', [...found.stray]),
    ...failure('changed', 'not the same body every time, or not what was recorded', [...found.changed]),
    ...failure('two_ids', 'one event under two ids', two_ids),
    ...failure('unreadable', 'a body that is no event', [...found.unreadable]),
  ]
}

/** `<event> at <endpoint>` for everything that has to be accepted. */
export function expectedDeliveries({ committed, endpoints }: Recording): string[] {
  return committed.flatMap((event) =>
    endpoints
      .filter((endpoint) => endpoint.merchant_id === event.merchant_id && listensTo(endpoint, event.type))
      .map((endpoint) => `${event.id} at ${endpoint.id}`),
  )
}

function isOf({ type, data }: CommittedEvent, posted: { type: string; data: object }): boolean {
  return posted.type === type && JSON.stringify(posted.data) === data
}
