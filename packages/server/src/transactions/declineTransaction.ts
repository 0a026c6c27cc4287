import { inTransaction } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { StepContext } from './step.ts'
import { moveTransaction } from './store.ts'
import { type TransactionRow, renderTransaction } from './transaction.ts'

export type Failure = { code: string; message: string }
type Card = { brand: string; last_four: string } | null

/** The card said no. The session stays payable until its attempts run out; the merchant learns of each failure. */
export async function declineTransaction(
  step: StepContext,
  row: TransactionRow,
  failure: Failure,
  card: Card = null,
): Promise<TransactionRow> {
  const declined = await endAttempt(step, row, 'declined', failure, card)
  failpoint('decline.recorded')
  return declined
}

/** Ends an attempt that took no money, in one transaction: state, event, and the session when it was the last try. */
export async function endAttempt(
  step: StepContext,
  row: TransactionRow,
  to: 'declined' | 'voided',
  failure: Failure | null,
  card: Card,
): Promise<TransactionRow> {
  return await inTransaction(step.ctx.db, async (tx) => {
    const session = { ...row, id: row.checkout_session_id }
    const { attempts } = await step.ports.lockSession(tx, session)
    const moved = await moveTransaction(tx, row, to, { card, failure })
    if (!moved) throw new LostRace(`an attempt could not be ended as ${to}`)
    await step.ports.letGo(tx, row)
    if (attempts >= step.ctx.config.attempts_max) await step.ports.failSession(tx, session)
    await recordEvent(tx, row, {
      type: 'checkout.failed',
      object_id: row.id,
      data: renderTransaction(moved),
      webhook_url: row.webhook_url,
    })
    return moved
  })
}
