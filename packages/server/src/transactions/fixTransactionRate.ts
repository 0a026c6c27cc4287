import { inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { nowMs } from '../lib/clock.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { bindQuote } from './bindQuote.ts'
import type { Failure } from './declineTransaction.ts'
import { giveBack } from './giveBack.ts'
import type { BoundQuote } from './ports.ts'
import { newRequest } from './request.ts'
import { insertRequest } from './requestStore.ts'
import type { Step, StepContext } from './step.ts'
import { moveTransaction } from './store.ts'
import type { TransactionRow } from './transaction.ts'

const RETRY_MS = 1000

/**
 * Fixes the conversion and reserves its coins, then the capture may be asked for: what the merchant receives is settled,
 * and is there, before the card is charged. Without a rate or without coins the authorisation waits, and is given back
 * when it has waited too long.
 */
export async function fixTransactionRate(step: StepContext, row: TransactionRow): Promise<Step> {
  const { ctx, ports } = step
  // The quote of the customer's click; another one, in a row of its own, when that has ended or there was none.
  const quote = (await ports.findQuote(row)) ?? (await bindQuote(ctx, ports, row))
  failpoint('capture.rate_answered')
  if (!quote) {
    if (row.give_up_at && row.give_up_at.getTime() > nowMs()) return { wait_ms: RETRY_MS }
    return await giveBack(step, row, notCharged('No exchange rate was available.'))
  }
  await ports.refreshInventory(row)
  const fixed = await fix(step, row, quote)
  // Once more from the start, with a quote that has its whole time before it.
  if (fixed === 'ended') return row
  if (fixed === 'short') return await waitForInventory(step, row)
  failpoint('capture.rate_fixed')
  return fixed
}

/** One database transaction: the state, the conversion, the coins and the call to come. All of it or nothing. */
async function fix(
  { ctx, ports, acquirer }: StepContext,
  row: TransactionRow,
  quote: BoundQuote,
): Promise<TransactionRow | 'ended' | 'short'> {
  const { acquirer_ref } = row
  assert(acquirer_ref, 'an authorised payment has no reference at the acquirer')
  const amount = { amount: row.amount, asset: row.currency }
  const capture = newRequest('capture', row.id, acquirer.write.capture(acquirer_ref, amount))
  return await inTransaction(ctx.db, async (tx) => {
    const capturing = await moveTransaction(tx, row, 'capturing')
    if (!capturing) throw new LostRace('an authorised payment could not be moved to capturing')
    if (!(await ports.useQuote(tx, row, quote))) throw new Unfixed('ended')
    await insertRequest(tx, row, capture)
    // Last: every capture of this asset and network waits here for the commit of the one before.
    if (!(await ports.reserveInventory(tx, row, quote.payout_amount))) throw new Unfixed('short')
    return capturing
  }).catch((error: unknown) => {
    if (error instanceof Unfixed) return error.why
    throw error
  })
}

/** Rolls the conversion back. */
class Unfixed extends Error {
  override name = 'Unfixed'
  readonly why: 'ended' | 'short'

  constructor(why: Unfixed['why']) {
    super(why)
    this.why = why
  }
}

async function waitForInventory(step: StepContext, row: TransactionRow): Promise<Step> {
  const { ctx, ports } = step
  const waiting = await inTransaction(ctx.db, (tx) => ports.wantInventory(tx, row))
  const { payout_currency: asset, payout_network: network } = row
  if (waiting !== 'waiting')
    ctx.log.warn(
      { transaction_id: row.id, asset, network },
      `treasury too low for a capture: wait ${waiting}`,
    )
  if (waiting !== 'over') return { wait_ms: RETRY_MS }
  return await giveBack(step, row, notCharged(`There was not enough ${asset} on ${network} to pay this out.`))
}

function notCharged(why: string): Failure {
  return { code: 'processing_error', message: `${why} The card was not charged.` }
}
