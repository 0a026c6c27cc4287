import type { Tx } from '../../db/sql.ts'
import { verifyLedger } from '../../ledger/invariants.ts'
import type { Finding, Kind } from './finding.ts'

const KIND_OF: Readonly<Record<string, Kind>> = {
  journals: 'journal_unbalanced',
  assets: 'asset_unbalanced',
  balances: 'balance_wrong',
  sides: 'side_wrong',
  wallets: 'wallet_overdrawn',
  'in flight': 'in_flight_wrong',
  payments: 'capture_journal_wrong',
  chain: 'seal_broken',
}

/** Everything that does not hold in the books by themselves. */
export async function ledgerFindings(tx: Tx, livemode: boolean): Promise<Finding[]> {
  const { verdicts } = await verifyLedger(tx, { livemode })
  return verdicts.flatMap(({ name, holds, mismatches }) =>
    mismatches.map(({ subject, merchant_id, detail }) => ({
      // An invariant that nobody has named here is still a finding.
      kind: KIND_OF[name] ?? 'journal_unbalanced',
      object: [merchant_id, subject].filter(Boolean).join(' '),
      expected: holds,
      found: detail,
    })),
  )
}
