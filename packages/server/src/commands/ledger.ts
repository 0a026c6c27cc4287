import type { Context } from '../context.ts'
import { inTransaction, type Tx } from '../db/sql.ts'
import { type Balance, type Scope, trialBalance } from '../ledger/balanceStore.ts'
import { type Verdict, verifyLedger } from '../ledger/invariants.ts'
import { formatHead, type KeptHead, lostHeads, parseHead } from '../ledger/keptHead.ts'
import { takeSnapshot } from '../ledger/invariantsStore.ts'
import { platform } from '../ledger/platform.ts'
import type { Chain } from '../ledger/verifyChain.ts'
import { SkiroError } from '../lib/errors.ts'
import { type LedgerAsset, toDecimalString } from '../lib/money.ts'
import { findMerchant } from '../merchants/findMerchant.ts'
import { defineCommand, type Outcome } from './command.ts'
import { table } from './table.ts'
import { found, MERCHANT, MODE, tenantOf } from './tenantOptions.ts'

const { required: _, ...ANY_MERCHANT } = MERCHANT

export const ledger = defineCommand({
  name: 'ledger',
  summary: 'show the trial balance of the ledger, and verify it',
  details: [
    'Each account with what it holds, on the side where it holds it; the totals of both sides must be equal.',
    '--verify reads all of the ledger: the sums of journals and assets, each balance, payments, payouts in flight, and the',
    'hash chain, whose heads it prints. Keep them elsewhere: --head proves that one is still in its chain. Exit code 1 when',
    'anything does not hold.',
  ].join('\n'),
  example: 'ledger --mode live --verify',
  options: {
    merchant: {
      ...ANY_MERCHANT,
      help: 'only the books of this merchant, or `platform` for those of no merchant',
    },
    mode: MODE,
    verify: { type: 'boolean', help: 'prove it: read every posting, and walk the hash chain' },
    head: {
      type: 'string',
      multiple: true,
      value: '<mer_…:sequence:hash>',
      help: 'a head that was kept; verifies too',
    },
  },
  async run({ merchant, mode, verify, head }, { context }) {
    const kept = (head ?? []).map((text) => readHead(text, mode === 'live'))
    const ctx = await context()
    const scope: Scope = { merchant_id: merchant, livemode: mode === 'live' }
    if (merchant !== undefined) await checkMerchant(ctx, merchant, mode)
    return await inTransaction(ctx.db, async (tx) => {
      await takeSnapshot(tx)
      const balances = await trialBalance(tx, scope)
      return report(scope, balances, verify || kept.length > 0 ? await prove(tx, scope, kept) : null)
    })
  },
})

function readHead(text: string, livemode: boolean): KeptHead {
  const head = parseHead(text, livemode)
  if (head) return head
  throw new SkiroError('invalid_request', {
    param: 'head',
    message: `--head must be like mer_…:120:<64 hex digits>, as --verify prints it, not "${text}".`,
  })
}

async function prove(tx: Tx, scope: Scope, kept: readonly KeptHead[]): Promise<Verification> {
  const { verdicts, chains } = await verifyLedger(tx, scope)
  if (kept.length === 0) return { verdicts, chains }
  const heads = {
    name: 'heads',
    holds: 'what was kept is still in the chain',
    mismatches: await lostHeads(tx, kept),
  }
  return { verdicts: [...verdicts, heads], chains }
}

async function checkMerchant(ctx: Context, merchant: string, mode: string): Promise<void> {
  if (merchant === platform(false).merchant_id) return
  await found(findMerchant(ctx, tenantOf({ merchant, mode })), `There is no merchant ${merchant}.`)
}

type Line = Omit<Balance, 'balance'> & { readonly debit: string | null; readonly credit: string | null }
type Total = {
  readonly asset: LedgerAsset
  readonly debit: string
  readonly credit: string
  readonly equal: boolean
}
type Verification = { readonly verdicts: readonly Verdict[]; readonly chains: readonly Chain[] }

function report(scope: Scope, balances: readonly Balance[], proof: Verification | null): Outcome {
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
