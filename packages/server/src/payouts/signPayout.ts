import { inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { LostRace } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import type { Step, StepContext } from './step.ts'
import { payeeOf, type PayoutRow } from './payout.ts'
import { latestChainTx, movePayout, storeSignature } from './store.ts'

/**
 * Signs the stored intent and stores the bytes. Nothing has been sent yet. Signing it again after a crash makes the
 * same payment with the same nonce, though not always the same bytes: those that were stored first are sent.
 */
export async function signPayout({ ctx, chain }: StepContext, row: PayoutRow): Promise<Step> {
  const stored = await latestChainTx(ctx.db, row)
  assert(stored && row.nonce !== null, 'a reserved payout has no transaction or nonce')
  // Another key would use the old wallet's nonce on its own chain account: a payment that no row knows of.
  assert(
    (await chain.walletAddress()) === row.wallet_address,
    'the signer key was changed while a payout held a nonce of the old wallet: put the old key back until it is paid',
  )
  const signed = await chain.sign({ ...stored.intent, id: row.id, payee: payeeOf(row) }, row.nonce)
  failpoint('payout.signed')
  const moved = await inTransaction(ctx.db, async (tx) => {
    await storeSignature(tx, row, stored.version, signed)
    return await movePayout(tx, row, 'signed', { tx_hash: signed.hash })
  })
  if (!moved) throw new LostRace('a signed payout could not be recorded')
  failpoint('payout.signature_recorded')
  return moved
}
