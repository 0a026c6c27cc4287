import type { PaymentSnapshot } from '../adapters/acquirer.ts'
import { assert } from '../lib/assert.ts'
import { nowMs } from '../lib/clock.ts'
import { ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { newRequest, paymentOf, resendSeconds } from './request.ts'
import { ageOf, recordPayment } from './requestStore.ts'
import { sendCall } from './sendCall.ts'
import type { StepContext } from './step.ts'
import type { TransactionRow } from './transaction.ts'

/** How long an acquirer that was certainly never reached may keep the session from another attempt. */
const UNREACHED_MS = 2 * 60_000

export type Made = { readonly snapshot: PaymentSnapshot; readonly is_late: boolean; readonly is_new: boolean }

/**
 * Gets the transaction its payment at the acquirer, and records which it is, with the confirmation that comes next.
 * `none`: there certainly is none, so the session is set free. `unknown`: the acquirer shows none, and the key is too
 * old to ask for one again, so a person has to find out. `is_late`: it turned up too late to ask the card. `is_new`:
 * nobody can have asked the card.
 * @throws ProviderError
 */
export async function createPayment(
  step: StepContext,
  row: TransactionRow,
): Promise<'none' | 'unknown' | Made> {
  const { ctx, acquirer } = step
  const input = paymentOf(row, ctx.config.public_url)
  const written = newRequest('create', row.id, acquirer.write.createPayment(input))
  // Stored with the transaction: whoever leases it first is the first to call.
  const is_ours = row.tries === 1
  try {
    const sent = await sendCall(step, row, is_ours, written, (key, request) =>
      acquirer.createPayment(input, key, request),
    )
    failpoint('authorize.payment_created')
    if (sent && 'answer' in sent) return await record(step, row, sent.answer, false)
    if (sent?.is_first) return 'none'
    const found = await findPayment(step, row)
    if (!found) return sent ? 'none' : 'unknown'
    return await record(step, row, found, sent === null)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'unavailable') throw error
    if (nowMs() - row.created_at.getTime() <= UNREACHED_MS) throw error
    const { is_sent } = await ageOf(ctx.db, row, 'create', resendSeconds(acquirer))
    if (is_sent) throw error
    return 'none'
  }
}

async function record(
  { ctx, acquirer }: StepContext,
  row: TransactionRow,
  snapshot: PaymentSnapshot,
  is_late: boolean,
): Promise<Made> {
  assert(row.card_token, 'a transaction to authorise has no card token')
  const confirm = newRequest('confirm', row.id, acquirer.write.confirm(snapshot.ref, row.card_token))
  const is_new = await recordPayment(ctx.db, row, snapshot.ref, is_late ? null : confirm)
  failpoint('authorize.payment_recorded')
  return { snapshot, is_late, is_new }
}

/** What the acquirer has under our reference. Null: it certainly has nothing by now. @throws ProviderError */
async function findPayment(
  { ctx, acquirer }: StepContext,
  row: TransactionRow,
): Promise<PaymentSnapshot | null> {
  const [found, ...others] = await acquirer.findPayments(row.id)
  if (others.length > 0) {
    const refs = [found, ...others].map((one) => one?.ref)
    ctx.log.error({ transaction_id: row.id, acquirer_refs: refs }, 'one transaction has several payments')
    throw new ProviderError(acquirer.id, 'unknown', `${refs.length} payments have the reference ${row.id}`)
  }
  if (!found && nowMs() - row.created_at.getTime() < acquirer.lookup_lag_seconds * 1000)
    throw new ProviderError(acquirer.id, 'unknown', `${row.id} is too young to be looked up`)
  return found ?? null
}
