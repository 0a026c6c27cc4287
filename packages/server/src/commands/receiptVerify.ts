import { readFile } from 'node:fs/promises'
import { verifyReceipt } from '../conversions/receipt.ts'
import type { Db } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { captureKey } from '../transactions/capturePostings.ts'
import { defineCommand, UsageError } from './command.ts'
import { findStored, listStored } from './receipt/store.ts'
import { verifyStored } from './receipt/verifyStored.ts'

const PAGE = 500
const JOURNAL = captureKey('')

type Verdict = { readonly checked: number; readonly failed: readonly Failed[] }
type Failed = { readonly receipt: string; readonly problems: readonly string[] }

export const receiptVerify = defineCommand({
  name: 'receipt verify',
  summary: 'compute conversions again from their receipts, to the last unit',
  details: [
    'A receipt holds the orders of each venue that a conversion was made from. From them alone every fill, rejection,',
    'rate and amount is computed again; then they are compared with the quote, the conversion, the transaction and the',
    'ledger. Names the first difference. Exit code 1 when there is one. Changes nothing.',
  ].join('\n'),
  example: 'receipt verify --all',
  options: {
    transaction: { type: 'string', value: '<txn_…>', help: 'the receipt of this transaction' },
    all: { type: 'boolean', help: 'every receipt in the database' },
    file: {
      type: 'string',
      value: '<path>',
      help: 'a receipt in a JSON file; needs no database, and compares it with nothing',
    },
  },
  async run({ transaction, all, file }, { context }) {
    const chosen = [transaction !== undefined, all, file !== undefined].filter(Boolean).length
    if (chosen !== 1) throw new UsageError('Give one of --transaction, --all and --file.', 'receipt verify')
    const verdict =
      file !== undefined
        ? verdictOf([[file, verifyReceipt(await readJson(file)).problems]])
        : transaction !== undefined
          ? await verifyOne((await context()).db, transaction)
          : await verifyAll((await context()).db)
    return {
      json: { object: 'receipt_verification', ...verdict },
      text: tell(verdict),
      failed: verdict.failed.length > 0,
    }
  },
})

async function verifyOne(db: Db, id: string): Promise<Verdict> {
  if (!isId('transaction', id)) {
    throw new SkiroError('invalid_request', {
      param: 'transaction',
      message: `--transaction must be an id like txn_01jf2m8s5v0x3c9q6w4e7r1t2y, not "${id}".`,
    })
  }
  const stored = await findStored(db, JOURNAL, id)
  if (!stored) {
    const message = `There is no conversion of ${id}: no such transaction, or it was never converted.`
    throw new SkiroError('not_found', { message })
  }
  return verdictOf([[id, verifyStored(stored)]])
}

async function verifyAll(db: Db): Promise<Verdict> {
  const failed: Failed[] = []
  let checked = 0
  for (let after = ''; ; ) {
    const page = await listStored(db, JOURNAL, after, PAGE)
    const verdict = verdictOf(page.map((stored) => [stored.transaction_id, verifyStored(stored)]))
    failed.push(...verdict.failed)
    checked += page.length
    const last = page.at(-1)
    if (!last || page.length < PAGE) return { checked, failed }
    after = last.id
  }
}

function verdictOf(receipts: readonly (readonly [string, readonly string[]])[]): Verdict {
  return {
    checked: receipts.length,
    failed: receipts.flatMap(([receipt, problems]) => (problems.length > 0 ? [{ receipt, problems }] : [])),
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, 'receipt verify')
  }
}

function tell({ checked, failed }: Verdict): string {
  const lines = failed.map(({ receipt, problems: [first, ...others] }) =>
    [`${receipt}: ${first}`, others.length > 0 ? ` (and ${others.length} more)` : '', '\n'].join(''),
  )
  const wrong = failed.length
  return `${lines.join('')}Receipts computed again: ${checked}. ${wrong === 0 ? 'All agree to the last unit.' : `${wrong} not.`}\n`
}
