import type { Balance, Scope } from '../../ledger/balanceStore.ts'
import type { Verdict } from '../../ledger/invariants.ts'
import { formatHead } from '../../ledger/keptHead.ts'
import type { Chain } from '../../ledger/verifyChain.ts'
import { type LedgerAsset, toDecimalString } from '../../lib/money.ts'
import type { Outcome } from '../command.ts'
import { table } from '../table.ts'

type Line = Omit<Balance, 'balance'> & { readonly debit: string | null; readonly credit: string | null }
type Total = {
  readonly asset: LedgerAsset
  readonly debit: string
  readonly credit: string
  readonly equal: boolean
}
/** What was asked of the books, and the answers. */
export type Verification = { readonly verdicts: readonly Verdict[]; readonly chains: readonly Chain[] }

/** The trial balance as text and JSON, with the proof when there is one. Failed when anything does not hold. */
export function report(scope: Scope, balances: readonly Balance[], proof: Verification | null): Outcome {
  const lines = balances.map(toLine)
  const totals = totalsOf(balances)
  const ok =
    totals.every(({ equal }) => equal) &&
    (proof?.verdicts ?? []).every(({ mismatches }) => mismatches.length === 0)
  const trial = table(
    ['ACCOUNT', 'ASSET', 'DEBIT', 'CREDIT', ''],
    [
      ...lines.map(({ account, asset, debit, credit, normal }) => [
        account,
        asset,
        debit ?? '',
        credit ?? '',
        (normal === 'debit' ? credit : debit) === null ? '' : `grows on the ${normal} side`,
      ]),
      ...totals.map(({ asset, debit, credit, equal }) => [
        'TOTAL',
        asset,
        debit,
        credit,
        equal ? '' : 'NOT EQUAL',
      ]),
    ],
    'Nothing is booked.',
  )
  return {
    json: {
      object: 'trial_balance',
      merchant_id: scope.merchant_id ?? null,
      livemode: scope.livemode,
      ok,
      accounts: lines,
      totals,
      ...(proof && { checks: proof.verdicts.map(toCheck), chains: proof.chains.map(toHead) }),
    },
    text: trial + (proof ? `\n${proofText(proof)}` : ''),
    failed: !ok,
  }
}

function toLine({ account, asset, normal, balance }: Balance): Line {
  const amount = toDecimalString({ amount: balance < 0n ? -balance : balance, asset })
  const is_debit = balance > 0n || (balance === 0n && normal === 'debit')
  return { account, asset, normal, debit: is_debit ? amount : null, credit: is_debit ? null : amount }
}

function totalsOf(balances: readonly Balance[]): Total[] {
  return [...new Set(balances.map(({ asset }) => asset))].map((asset) => {
    const sum = (side: 1n | -1n) =>
      balances
        .filter((line) => line.asset === asset && line.balance * side > 0n)
        .reduce((total, line) => total + line.balance * side, 0n)
    const [debit, credit] = [sum(1n), sum(-1n)]
    return {
      asset,
      debit: toDecimalString({ amount: debit, asset }),
      credit: toDecimalString({ amount: credit, asset }),
      equal: debit === credit,
    }
  })
}

const toCheck = ({ name, holds, mismatches }: Verdict) => ({
  name,
  holds,
  ok: mismatches.length === 0,
  mismatches,
})

const toHead = (chain: Chain) => ({
  merchant_id: chain.merchant_id,
  livemode: chain.livemode,
  sequence: chain.head.sequence.toString(),
  head: formatHead(chain),
})

function proofText({ verdicts, chains }: Verification): string {
  const width = Math.max(...verdicts.map(({ name }) => name.length))
  const lines = verdicts.flatMap(({ name, holds, mismatches }) => [
    `${mismatches.length === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${holds}\n`,
    ...mismatches.map(
      ({ subject, merchant_id, detail }) =>
        `${' '.repeat(width + 8)}→ ${merchant_id ?? 'all'} ${subject}: ${detail}\n`,
    ),
  ])
  const heads = table(
    ['HEAD OF EACH CHAIN'],
    chains.map((chain) => [formatHead(chain)]),
    'No chain yet.',
  )
  return `${lines.join('')}\n${heads}`
}
