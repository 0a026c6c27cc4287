import type { Context } from '../context.ts'
import { inTransaction, type Tx } from '../db/sql.ts'
import { type Scope, trialBalance } from '../ledger/balanceStore.ts'
import { verifyLedger } from '../ledger/invariants.ts'
import { takeSnapshot } from '../ledger/invariantsStore.ts'
import { type KeptHead, lostHeads, parseHead } from '../ledger/keptHead.ts'
import { platform } from '../ledger/platform.ts'
import { SkiroError } from '../lib/errors.ts'
import { findMerchant } from '../merchants/findMerchant.ts'
import { defineCommand } from './command.ts'
import { report, type Verification } from './ledger/report.ts'
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
