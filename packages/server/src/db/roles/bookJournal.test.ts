import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { roleUrls } from '../../../../../test/support/database.ts'
import { rowsDatabase } from '../../../../../test/support/rows.ts'
import { verifyChain } from '../../ledger/verifyChain.ts'
import { insertJournal } from '../../ledger/store.ts'
import type { Posting } from '../../ledger/posting.ts'
import { capturePostings } from '../../transactions/capturePostings.ts'
import { type Tx, inTransaction, openDb } from '../sql.ts'

const { db, url, insert, next, transaction, drop } = await rowsDatabase()
const urls = roleUrls(url)
const [serve, work] = [openDb(urls.serve), openDb(urls.work)]
after(async () => {
  await Promise.all([serve.pool.end(), work.pool.end()])
  await drop()
})

const SHOP = { merchant_id: 'mer_1', livemode: false }
const NOT_A_CAPTURE = { code: '42501', message: /is not a capture of this transaction$/ }
const SOMETHING_ELSE = { code: '42501', message: /books something else than its conversion$/ }

const FIGURES = {
  gross: 4999n,
  fee: 750n,
  spread: 10n,
  remainder: 1n,
  payout_value: 4238n,
  payout_amount: 42_380_000n,
}
const POSTINGS = capturePostings(FIGURES, 'USD', 'USDT').filter(({ amount }) => amount !== 0n)

/** A transaction that is about to be captured, with its conversion. */
async function capturing(): Promise<string> {
  const id = await transaction({ state: 'capturing' })
  const quoted = {
    ...SHOP,
    ...FIGURES,
    transaction_id: id,
    rate: 10n ** 18n,
    mid_rate: 10n ** 18n,
    receipt: '{}',
  }
  const quote_id = await insert('quote', {
    ...quoted,
    id: `quo_${next()}`,
    state: 'used',
    bound_at: '2026-01-01T00:00:00Z',
    expires_at: '2026-01-01T00:01:00Z',
    grace_until: '2026-01-01T00:03:00Z',
    ended_at: '2026-01-01T00:00:30Z',
  })
  await insert('conversion', {
    ...quoted,
    id: `conv_${next()}`,
    quote_id,
    currency: 'USD',
    payout_currency: 'USDT',
  })
  return id
}

async function capture(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `update transaction set state = 'captured', captured_at = now(), payout_amount = $2 where id = $1`,
    [id, FIGURES.payout_amount],
  )
}

const book = (tx: Tx, key: string, lines: readonly Posting[] = POSTINGS, tenant = SHOP) =>
  insertJournal(tx, tenant, `jrn_${next()}`, key, lines)

const pair = (asset: Posting['asset'], amount: bigint): Posting[] => [
  { account: 'fx', asset, amount },
  { account: 'merchant_payable', asset, amount: -amount },
]

/** What a web process that was broken into books beside a capture that is a real one. */
const asServe = async (lines: readonly Posting[], key?: string, tenant = SHOP) => {
  const id = await capturing()
  await inTransaction(serve, async (tx) => {
    await capture(tx, id)
    await book(tx, key ?? `capture:${id}`, lines, tenant)
  })
}

describe('serve', () => {
  test('books a capture, and may keep back some of what the merchant has in fiat', async () => {
    await asServe(POSTINGS)
    await inTransaction(work, (tx) => book(tx, 'before:1', pair('USD', 100n)))
    const kept: Posting[] = [
      { account: 'merchant_payable', asset: 'USD', amount: 100n },
      { account: 'merchant_reserve', asset: 'USD', amount: -100n },
    ]
    await asServe([...POSTINGS, ...kept])
    await assert.rejects(asServe([...POSTINGS, ...kept]), { constraint: 'ledger_balance_side' })
    assert.deepEqual((await db.query('select count(*)::int n from journal')).rows, [{ n: 3 }])
  })

  test('books nothing that is no capture, or one of another moment or merchant', async () => {
    for (const key of ['payout:po_1', 'capture:txn_none', 'capture:', 'Capture:txn_1'])
      await assert.rejects(asServe(POSTINGS, key), NOT_A_CAPTURE, key)
    await assert.rejects(asServe(POSTINGS, undefined, { ...SHOP, merchant_id: 'mer_2' }), NOT_A_CAPTURE)
    await assert.rejects(asServe(POSTINGS, undefined, { ...SHOP, livemode: true }), NOT_A_CAPTURE)
    const before = await capturing()
    await inTransaction(serve, (tx) => capture(tx, before))
    await assert.rejects(
      inTransaction(serve, (tx) => book(tx, `capture:${before}`)),
      NOT_A_CAPTURE,
    )
    const not_yet = await capturing()
    await assert.rejects(
      inTransaction(serve, (tx) => book(tx, `capture:${not_yet}`)),
      NOT_A_CAPTURE,
    )
  })

  test('books of a capture what its conversion says', async () => {
    const more = (account: Posting['account'], asset: Posting['asset'], amount: bigint): Posting => ({
      account,
      asset,
      amount,
    })
    for (const lines of [
      [...POSTINGS, more('merchant_payable', 'USDT', -1n), more('fx', 'USDT', 1n)],
      [...POSTINGS, more('merchant_payable', 'USDT', -1n), more('hot_wallet', 'USDT', 1n)],
      [...POSTINGS, more('merchant_payable', 'USDC', -1n), more('fx', 'USDC', 1n)],
      [...POSTINGS, more('fee_revenue', 'USD', 1n), more('acquirer_receivable', 'USD', -1n)],
      [...POSTINGS, more('capital', 'USD', 1n), more('bank', 'USD', -1n)],
      POSTINGS.filter(({ asset }) => asset === 'USD'),
    ])
      await assert.rejects(asServe(lines), SOMETHING_ELSE)
  })
})

describe('work', () => {
  test('books what it likes, as long as it balances and nobody is overdrawn', async () => {
    await inTransaction(work, (tx) => book(tx, 'anything:1', pair('USDC', 5n)))
    await assert.rejects(
      inTransaction(work, (tx) => book(tx, 'anything:2', pair('USDC', -6n))),
      {
        constraint: 'ledger_balance_side',
      },
    )
    await assert.rejects(
      inTransaction(work, (tx) => book(tx, 'anything:3', pair('USDC', 5n).slice(1))),
      { code: '23514' },
    )
    await work.query(`select seal_journals('mer_1', false, 100)`)
    const { head, breaks } = await verifyChain(db, SHOP)
    assert.deepEqual([head.sequence, breaks], [4n, []])
  })

  // Everybody may make temporary tables, and a bare name finds them first.
  const unbalanced = () =>
    inTransaction(work, async (tx) => {
      await tx.query('create temporary table posting (like public.posting)')
      const id = `jrn_${next()}`
      await tx.query(
        `insert into pg_temp.posting values ('mer_1', false, '${id}', 1, 'fx', 'USDT', 7), ('mer_1', false, '${id}', 2, 'fx', 'USDT', -7)`,
      )
      await tx.query(
        `insert into public.journal (merchant_id, livemode, id, key) values ('mer_1', false, '${id}', '${id}')`,
      )
      await tx.query(
        `insert into public.posting values ('mer_1', false, '${id}', 1, 'merchant_payable', 'USDT', -1000)`,
      )
    })

  test('cannot show the checks another table than the real one', async () => {
    await assert.rejects(unbalanced(), { code: '23514', message: /is unbalanced: USDT -1000$/ })
  })

  test('control: without a fixed search path the check believes the other table', async () => {
    await db.query('alter function refuse_unbalanced() reset search_path')
    await unbalanced()
    const { rows } = await db.query(`select sum(amount)::text sum from posting where asset = 'USDT'`)
    assert.deepEqual(rows, [{ sum: '-1000' }])
  })
})
