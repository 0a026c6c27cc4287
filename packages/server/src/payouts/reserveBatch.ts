import { UNIQUE_VIOLATION, inTransaction, isDbError } from '../db/sql.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { BatchRow } from './batch.ts'
import { findBatch, insertBatch } from './batchStore.ts'
import { bookReserved } from './bookBatch.ts'
import { insertVersion } from './chainTxStore.ts'
import { holdPayouts } from './holdPayouts.ts'
import type { BatchPlan } from './planBatch.ts'
import type { StepContext } from './step.ts'
import { movePayouts } from './store.ts'
import { promised, takeNonce } from './treasuryStore.ts'
import type { Pool } from './waitingStore.ts'

/**
 * Gives the batch its nonce, or its coins, and its unsigned transaction, and ties its payouts to it: one database
 * transaction. Null: what was there when it was planned is not any more, and they are held.
 * @throws LostRace when another batch took a coin or a payout; nothing is taken then
 */
export async function reserveBatch(
  step: StepContext,
  pool: Pool,
  { wallet, payouts, intent, funds }: BatchPlan,
): Promise<BatchRow | null> {
  const { ctx, chain } = step
  const reserved = await inTransaction(ctx.db, async (tx) => {
    // Takes the wallet's lock, so that what is promised cannot grow between this sum and our own promise.
    const taken = await takeNonce(tx, wallet)
    if (taken === null) throw new LostRace('the wallet was put on hold')
    if (funds) {
      const is_fuel = chain.fee_coin === pool.asset
      const free = funds.balance - (await promised(tx, wallet, pool.asset, is_fuel, wallet.read_at))
      const total = payouts.reduce((sum, { amount }) => sum + amount, is_fuel ? intent.fee : 0n)
      if (free < total) throw new NotEnough(`${free} of ${total} needed`)
    }
    const batch = {
      ...pool,
      id: intent.id,
      wallet_address: wallet.address,
      nonce: funds ? taken : null,
      fee_limit: intent.fee,
    }
    const payments = payouts.map((payout, line) => ({
      line,
      payout,
      asset: payout.asset,
      to: payout.address,
      amount: payout.amount,
    }))
    await insertBatch(tx, batch, payments, intent.coins)
    if ((await movePayouts(tx, payouts, 'reserved', { batch_id: batch.id })) !== payouts.length)
      throw new LostRace('a payout to reserve was not waiting')
    await insertVersion(tx, batch, 1, 'pay', intent)
    for (const payout of payouts) await bookReserved(tx, batch, payout)
    return batch
  }).catch((error: unknown) => {
    if (error instanceof NotEnough) return error
    if (isDbError(error, UNIQUE_VIOLATION))
      throw new LostRace('a coin or a payout was taken by another batch')
    throw error
  })
  if (reserved instanceof NotEnough) {
    await holdPayouts(step, payouts, 'insufficient_treasury', reserved.message)
    return null
  }
  failpoint('payout.reserved')
  return await findBatch(ctx.db, reserved)
}

/** Rolls the reservation back, its nonce included. */
class NotEnough extends Error {
  override name = 'NotEnough'
}
