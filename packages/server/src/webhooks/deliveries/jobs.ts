import type { Context } from '../../context.ts'
import type { Sweep } from '../../jobs/job.ts'
import { sweepRows } from '../../jobs/sweepRows.ts'
import { disableEndpoint } from '../disableEndpoint.ts'
import type { DisablePorts } from '../ports.ts'
import { dropOldAttempts, failingEndpoints } from './attemptStore.ts'
import { dropGivenUp } from './deliveryStore.ts'
import { dropEmptyQueues } from './queueStore.ts'

const FAILING_SECONDS = 72 * 3600
const KEPT_DAYS = 30

/** Disables endpoints that failed for 72 hours, and throws away what nobody asks for any more. */
export function webhookSweeps(ctx: Context, ports: DisablePorts): Sweep[] {
  return [
    sweepRows(
      'failing webhook endpoints',
      () => failingEndpoints(ctx.db, FAILING_SECONDS, 100),
      (ref) => disableEndpoint(ctx, ports, ref, 'failing'),
      (ref, err) => ctx.log.error({ webhook_endpoint_id: ref.id, err }, 'could not disable an endpoint'),
    ),
    { name: 'old webhook attempts', run: () => dropOldAttempts(ctx.db, KEPT_DAYS, 10_000) },
    { name: 'old webhook deliveries', run: () => dropGivenUp(ctx.db, KEPT_DAYS, 10_000) },
    { name: 'empty webhook queues', run: () => dropEmptyQueues(ctx.db, 1000) },
  ]
}
