import { inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { type BatchRow, type ChainTx, type SignedTx, isSigned } from './batch.ts'
import { moveBatch } from './batchStore.ts'
import { storeSignature, versionsOf } from './chainTxStore.ts'
import { paymentOf } from './payout.ts'
import type { Step, StepContext } from './step.ts'
import { movePayouts, payoutsOf } from './store.ts'

/**
 * Signs the batch's first version. The intent was stored before, so that after a crash the same one is signed again, and
 * the bytes are stored before anyone sends them.
 */
export async function signBatch(step: StepContext, batch: BatchRow): Promise<Step> {
  const { ctx } = step
  const [newest] = await versionsOf(ctx.db, batch)
  assert(newest, 'a reserved batch has no transaction')
  await signVersion(step, batch, newest)
  const moved = await inTransaction(ctx.db, async (tx) => {
    const row = await moveBatch(tx, batch, 'signed')
    if (!row) throw new LostRace('a signed batch could not be recorded')
    const payouts = await payoutsOf(tx, batch)
    if ((await movePayouts(tx, payouts, 'signed')) !== batch.payments)
      throw new LostRace('the payouts of a signed batch could not be recorded')
    return row
  })
  failpoint('payout.signature_recorded')
  return moved
}

/**
 * The version with its signature, stored. What was stored first counts: a signer need not make the same signature twice.
 * The key must be that of the wallet that the nonce is of.
 */
export async function signVersion(step: StepContext, batch: BatchRow, version: ChainTx): Promise<SignedTx> {
  if (isSigned(version)) return version
  const { ctx, chain } = step
  assert(
    (await chain.walletAddress()) === batch.wallet_address,
    'the signer key was changed while a batch held a nonce or coins of the old wallet: put the old key back until it is paid',
  )
  // A cancellation pays nobody. What a version pays is what its payouts owe, in their order: the database saw to that.
  const payees = version.kind === 'pay' ? (await payoutsOf(ctx.db, batch)).map(paymentOf) : []
  const payments = version.intent.payments.map((payment, line) => ({ ...payees[line], ...payment }))
  const signed = await chain.sign({ ...version.intent, payments }, batch.nonce)
  failpoint('payout.signed')
  await storeSignature(ctx.db, batch, version.version, signed)
  failpoint('payout.signature_stored')
  const stored = (await versionsOf(ctx.db, batch)).find(({ version: number }) => number === version.version)
  assert(stored && isSigned(stored), 'a stored signature is gone')
  return stored
}

/** Every version of the batch, newest first. One that a worker left unsigned is signed now. */
export async function signAll(step: StepContext, batch: BatchRow): Promise<SignedTx[]> {
  const versions = await versionsOf(step.ctx.db, batch)
  const [newest, ...older] = versions
  if (!newest || isSigned(newest)) return versions.filter(isSigned)
  return [await signVersion(step, batch, newest), ...older.filter(isSigned)]
}
