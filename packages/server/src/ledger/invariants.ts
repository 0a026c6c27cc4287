import type { Sql } from '../db/sql.ts'
import type { Scope } from './balanceStore.ts'
import {
  type Mismatch,
  overdrawnWallets,
  unbalancedAssets,
  unbalancedJournals,
  wrongBalances,
  wrongInFlight,
  wrongPayments,
  wrongSides,
} from './invariantsStore.ts'
import { ledgerTenants } from './sealStore.ts'
import { type Chain, verifyChain } from './verifyChain.ts'

/** What must hold in the books, each with the words for it. */
export const INVARIANTS: readonly {
  readonly name: string
  readonly holds: string
  find(sql: Sql, scope: Scope): Promise<Mismatch[]>
}[] = [
  { name: 'journals', holds: 'each journal sums to zero', find: unbalancedJournals },
  { name: 'assets', holds: 'each asset sums to zero', find: unbalancedAssets },
  { name: 'balances', holds: 'each balance is the sum of its postings', find: wrongBalances },
  { name: 'sides', holds: 'no guarded balance is on its wrong side', find: wrongSides },
  {
    name: 'wallets',
    holds: 'no more of an asset was paid out than was booked into the wallets',
    find: overdrawnWallets,
  },
  { name: 'in flight', holds: 'what is in flight is what payouts say', find: wrongInFlight },
  { name: 'payments', holds: 'each payment adds up to the cent', find: wrongPayments },
]

export type Verdict = {
  readonly name: string
  readonly holds: string
  readonly mismatches: readonly Mismatch[]
}

/** Asks all of them, and walks the hash chain of everybody in `scope`. */
export async function verifyLedger(
  sql: Sql,
  scope: Scope = {},
): Promise<{ verdicts: readonly Verdict[]; chains: readonly Chain[] }> {
  const verdicts: Verdict[] = []
  for (const { name, holds, find } of INVARIANTS)
    verdicts.push({ name, holds, mismatches: await find(sql, scope) })
  const chains: Chain[] = []
  for (const tenant of await ledgerTenants(sql, scope)) chains.push(await verifyChain(sql, tenant))
  const mismatches = chains.flatMap(({ merchant_id, livemode, breaks }) =>
    breaks.map(({ journal_id, detail }) => ({
      subject: journal_id ?? 'chain',
      merchant_id,
      livemode,
      detail,
    })),
  )
  verdicts.push({ name: 'chain', holds: 'nothing was changed since it was sealed', mismatches })
  return { verdicts, chains }
}
