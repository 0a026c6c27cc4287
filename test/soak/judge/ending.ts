import { type Failure, type Recording, failure } from './recording.ts'

/** Whether the gateway itself says that all is done. */
export function judgeEnding({ ending }: Recording): Failure[] {
  const { endpoints, left, complaints } = ending
  return [
    ...failure(
      'left',
      'still in webhook_delivery',
      left.map(({ event_id, endpoint_id }) => `${event_id} at ${endpoint_id}`),
    ),
    ...failure(
      'unacknowledged',
      'still listed by events.reconcile',
      endpoints.flatMap(({ id, unacknowledged }) => unacknowledged.map((event) => `${event} at ${id}`)),
    ),
    ...failure(
      'disabled',
      'an endpoint is disabled',
      endpoints.filter(({ status }) => status !== 'enabled').map(({ id }) => id),
    ),
    ...failure('gateway', 'a gateway ended by itself or logged an error', complaints),
  ]
}
