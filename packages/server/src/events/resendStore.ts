import type { Tx } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'

/**
 * Notes that an event was sent again, under the next number. The caller holds the counter.
 * @param endpoint_id the only endpoint that was asked for; null: all that listen
 */
export async function insertResend(
  tx: Tx,
  event: Ref,
  sequence: bigint,
  endpoint_id: string | null,
): Promise<void> {
  await tx.query(
    `with counted as (
       update event_counter set last_resend = $4 where merchant_id = $1 and livemode = $2)
     insert into event_resend (merchant_id, livemode, event_id, sequence, endpoint_id) values ($1, $2, $3, $4, $5)`,
    [event.merchant_id, event.livemode, event.id, sequence, endpoint_id],
  )
}
