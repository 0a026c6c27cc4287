import type { TransactionMined } from '../../adapters/chain.ts'
import { type ChainTx, isSigned } from '../../payouts/batch.ts'
import type { Finding, Kind } from './finding.ts'
import type { BatchRecord } from './store.ts'

/** A worker that runs records a final block within this time, seconds. */
const BEHIND_S = 600

/** What the chain says of one batch: which of its versions is in a block. */
export type Seen = { readonly version: ChainTx; readonly mined: TransactionMined } | null

/**
 * Compares a batch with what the chain says of it.
 * @param used how many nonces the chain has used; null where there are none
 */
export function batchFindings(batch: BatchRecord, seen: Seen, used: bigint | null): Finding[] {
  const finding = (kind: Kind, expected: string, found: string, object = batch.id): Finding[] => [
    { kind, object, expected, found },
  ]
  const has_ended = batch.state === 'final' || batch.state === 'cancelled'
  if (!seen) {
    const hashes = batch.versions.filter(isSigned).map(({ hash }) => hash)
    if (has_ended)
      return finding('batch_not_on_chain', batch.tx_hash ?? 'a transaction', 'none of its versions')
    if (batch.nonce === null || used === null || used <= batch.nonce || batch.is_skipped) return []
    return finding(
      'nonce_used_elsewhere',
      `nonce ${batch.nonce} used by ${hashes.join(' or ') || batch.id}`,
      'another',
    )
  }
  const { version, mined } = seen
  if (!has_ended) {
    if (!mined.final || batch.quiet_seconds < BEHIND_S) return []
    return finding('batch_behind', batch.state, `final in ${version.hash}`)
  }
  if (!mined.final) return finding('batch_not_final', 'a final block', `${mined.confirmations} confirmations`)
  const kind = batch.state === 'final' ? 'pay' : 'cancel'
  if (version.kind !== kind)
    return finding(
      'batch_ended_otherwise',
      `a version that is to ${kind}`,
      `${version.hash}, which is to ${version.kind}`,
    )
  return [
    // Batches of before version 9 have no fee.
    ...(batch.gas !== null && batch.fee !== mined.fee
      ? finding('fee_differs', String(batch.fee), String(mined.fee))
      : []),
    ...(batch.gas !== null && batch.gas !== batch.fee
      ? finding('gas_differs', String(batch.fee), `${batch.gas} booked`)
      : []),
    ...(kind === 'pay' ? lineFindings(batch, mined) : []),
  ]
}

function lineFindings({ lines }: BatchRecord, { payments }: TransactionMined): Finding[] {
  return lines.flatMap(({ payout_id, outcome, amount }, line): Finding[] => {
    const made = payments[line]
    const found = made?.ok ? `paid ${amount}` : (made?.detail ?? 'not paid')
    if ((outcome === 'paid') === (made?.ok === true)) return []
    const kind = outcome === 'paid' ? 'payment_not_made' : 'payment_not_recorded'
    return [{ kind, object: payout_id, expected: outcome ?? 'nothing yet', found }]
  })
}
