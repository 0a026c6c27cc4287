import type { ModeAdapters } from '../../context.ts'
import { type Db, inTransaction } from '../../db/sql.ts'
import { takeSnapshot } from '../../ledger/invariantsStore.ts'
import { modeHold } from '../../payouts/guardStore.ts'
import { acquirerFindings } from './acquirerFindings.ts'
import { type Holding, judgeHoldings, readHoldings } from './balances.ts'
import { type Compared, chainFindings } from './chainFindings.ts'
import type { Finding, Note } from './finding.ts'
import { ledgerFindings } from './ledgerFindings.ts'
import { payoutFindings } from './payoutStore.ts'
import { countJournals, type Span, walletsOf } from './store.ts'

export type Comparison = {
  readonly findings: readonly Finding[]
  readonly notes: readonly Note[]
  readonly holdings: readonly Holding[]
  /** How many of each were compared. */
  readonly compared: Readonly<Record<'journals' | 'batches' | 'transactions' | 'acquirer_payments', number>>
}

export type Outside = Pick<ModeAdapters, 'acquirer' | 'chains'>

/** Compares ledger, chains and the acquirer's book, once. @throws ProviderError when one of them does not answer */
export async function compareOnce(db: Db, outside: Outside, span: Span): Promise<Comparison> {
  const { livemode } = span
  const findings = await inTransaction(db, async (tx) => {
    await takeSnapshot(tx)
    return [...(await ledgerFindings(tx, livemode)), ...(await payoutFindings(tx, livemode))]
  })
  const notes: Note[] = []
  const wallets = await walletsOf(db, livemode)
  const chains: (readonly [ReturnType<Outside['chains']['get']> & object, Compared])[] = []
  for (const chain of outside.chains.values()) {
    const address = await chain.walletAddress()
    const own = wallets.find((wallet) => wallet.network === chain.network && wallet.address === address)
    const compared = await chainFindings(db, chain, span, own ?? null)
    findings.push(...compared.findings)
    chains.push([chain, compared])
  }
  const holdings = await readHoldings(db, livemode, chains, wallets)
  const judged = judgeHoldings(holdings)
  const book = await acquirerFindings(db, outside.acquirer, span)
  findings.push(...judged.findings, ...book.findings)
  notes.push(...judged.notes)
  return {
    findings,
    notes,
    holdings,
    compared: {
      journals: await countJournals(db, livemode),
      batches: chains.reduce((sum, [, { batches }]) => sum + batches, 0),
      transactions: book.transactions,
      acquirer_payments: book.payments,
    },
  }
}

/**
 * The same, and when something does not agree once more a moment later: money moves while we look, and only what is wrong
 * twice is wrong.
 */
export async function compare(
  db: Db,
  outside: Outside,
  span: Span,
  pause: () => Promise<void>,
): Promise<Comparison> {
  const first = await compareOnce(db, outside, span)
  if (first.findings.length === 0) return await withHolds(db, span, first)
  await pause()
  const second = await compareOnce(db, outside, span)
  const before = new Set(first.findings.map(nameOf))
  const findings = second.findings.filter((finding) => before.has(nameOf(finding)))
  return await withHolds(db, span, { ...second, findings })
}

const nameOf = ({ kind, object }: Finding) => `${kind} ${object}`

/** Says which holds may be lifted. */
async function withHolds(db: Db, { livemode }: Span, comparison: Comparison): Promise<Comparison> {
  const is_clean = comparison.findings.length === 0
  const verdict = (command: string) =>
    is_clean
      ? `Nothing disagrees: \`${command}\` lets it pay again.`
      : 'Not before what was found is settled.'
  const mode = livemode ? ' --mode live' : ''
  const notes = (await walletsOf(db, livemode)).flatMap(({ network, address, hold_reason }) =>
    hold_reason === null
      ? []
      : [
          {
            object: `${network} ${address}`,
            text: `is on hold: ${hold_reason}. ${verdict(`treasury release${mode} --network ${network} --address ${address}`)}`,
          },
        ],
  )
  const held = await modeHold(db, livemode)
  if (held !== null)
    notes.push({ object: 'the mode', text: `is on hold: ${held}. ${verdict(`treasury release${mode}`)}` })
  return { ...comparison, notes: [...comparison.notes, ...notes] }
}
