import type { Context } from '../../context.ts'
import { type Tx, inTransaction } from '../../db/sql.ts'
import { lockCounter } from '../../events/publishStore.ts'
import type { Tenant } from '../../lib/tenant.ts'
import { publishAndQueue } from './publishStore.ts'

const GROUP = 500

/**
 * Publishes the committed events of one merchant and mode: each gets the next number and one delivery per endpoint that
 * should hear of it, in one transaction per group, however many processes try at once.
 * @returns how many were published
 */
export async function publishEvents(ctx: Pick<Context, 'db'>, tenant: Tenant): Promise<number> {
  for (let published = 0; ; ) {
    const group = await inTransaction(ctx.db, (tx) => publishGroup(tx, tenant))
    published += group
    if (group < GROUP) return published
  }
}

/**
 * The same for one group, inside the caller's transaction: for an answer that shows the number of an event just
 * recorded. It holds the merchant's counter until commit, so it comes last.
 */
export async function publishGroup(tx: Tx, tenant: Tenant): Promise<number> {
  const { last_sequence } = await lockCounter(tx, tenant)
  const { published, is_queued } = await publishAndQueue(tx, tenant, last_sequence, GROUP)
  if (is_queued) tx.wake('skiro_deliveries')
  return published
}
