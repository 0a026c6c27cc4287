import type { Mode } from '../context.ts'
import { sleep } from '../lib/clock.ts'
import { ProviderError, SkiroError } from '../lib/errors.ts'
import { defineCommand, type Outcome } from './command.ts'
import { bookHoldings } from './reconcile/balances.ts'
import { compare, type Comparison } from './reconcile/compare.ts'
import { KINDS } from './reconcile/finding.ts'
import { MODE } from './tenantOptions.ts'

/** Longer than a request to an acquirer or a step of a worker takes. */
const PAUSE_MS = 2000

export const reconcile = defineCommand({
  name: 'reconcile',
  summary: 'compare the ledger with the chains and with the acquirer’s book',
  details: [
    'Reads everything and changes nothing: the books and their hash chain, each payout and its transaction on chain, every',
    'nonce and coin of the wallets, their balances, and every payment that the acquirer has. Names what does not agree,',
    'and what to do about it. Exit code 1 when anything does not. It may run beside everything else.',
    '--book-balances writes: it books what the wallets hold more or less than the ledger says as capital of the owner.',
    'Once at the beginning, and whenever you have put coins in or taken some out.',
  ].join('\n'),
  example: 'reconcile --mode test --since 2026-11-01',
  options: {
    mode: MODE,
    since: {
      type: 'string',
      value: '<date>',
      help: 'batches and payments that moved since then only, 2026-11-01 or with a time',
    },
    'book-balances': {
      type: 'boolean',
      help: 'book differences of balances as capital, when nothing else is found',
    },
  },
  async run({ mode, since, 'book-balances': book }, { context }) {
    const span = { livemode: mode === 'live', since: since === undefined ? null : readDate(since) }
    const { db, modes } = await context('adapters')
    const outside = modes[mode as Mode]
    if (!outside) throw new SkiroError('not_found', { message: `${mode} mode is not set up.` })
    const look = () =>
      compare(db, outside, span, () => sleep(PAUSE_MS)).catch((error: unknown) => {
        if (!(error instanceof ProviderError)) throw error
        throw new SkiroError('unavailable', {
          message: `Nothing can be said yet: ${error.provider} does not answer as it should: ${error.message}`,
          cause: error,
        })
      })
    let comparison = await look()
    if (book && comparison.findings.every(({ kind }) => kind === 'balance_differs')) {
      await bookHoldings(db, span.livemode, comparison.holdings)
      comparison = await look()
    }
    return report(span.livemode, comparison)
  },
})

function readDate(text: string): Date {
  const date = /^\d{4}-\d\d-\d\d(T\S+)?$/.test(text) ? new Date(text) : null
  if (date && !Number.isNaN(date.getTime())) return date
  throw new SkiroError('invalid_request', {
    param: 'since',
    message: `--since must be a date like 2026-11-01 or 2026-11-01T12:00:00Z, not "${text}".`,
  })
}

function report(livemode: boolean, { findings, notes, compared }: Comparison): Outcome {
  const lines = findings.map(
    ({ kind, object, expected, found }) =>
      `${kind}  ${object}\n    expected  ${expected}\n    found     ${found}\n    → ${KINDS[kind]}\n`,
  )
  const counted = `${compared.journals} journals, ${compared.batches} batches, ${compared.transactions} transactions, ${compared.acquirer_payments} payments at the acquirer`
  const verdict = findings.length === 0 ? 'All agree.' : `${findings.length} do not agree.`
  return {
    json: {
      object: 'reconciliation',
      livemode,
      ok: findings.length === 0,
      compared,
      findings: findings.map((finding) => ({ ...finding, action: KINDS[finding.kind] })),
      notes,
    },
    text: [
      ...lines,
      ...notes.map(({ object, text }) => `${object}: ${text}\n`),
      `Compared: ${counted}. ${verdict}\n`,
    ].join(''),
    failed: findings.length > 0,
  }
}
