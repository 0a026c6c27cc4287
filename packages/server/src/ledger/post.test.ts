import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { UNIQUE_VIOLATION, inTransaction, isDbError } from '../db/sql.ts'
import { AssertionFailed } from '../lib/assert.ts'
import type { LedgerAsset, Money } from '../lib/money.ts'
import { post } from './post.ts'
import { type Posting, credit, debit } from './posting.ts'
import { trialBalance } from './balanceStore.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query('create table state_change (racer int)')

const TENANT = { merchant_id: 'mer_1', livemode: false }
const money = (amount: bigint, asset: LedgerAsset): Money<LedgerAsset> => ({ amount, asset })

const capture = (gross: bigint): Posting[] => [
  debit('acquirer_receivable', money(gross, 'USD')),
  credit('fee_revenue', money(750n, 'USD')),
  credit('spread_revenue', money(0n, 'USD')),
  credit('fx', money(gross - 750n, 'USD')),
  debit('fx', money(42_490_000n, 'USDT')),
  credit('merchant_payable', money(42_490_000n, 'USDT')),
]

const book = (key: string, postings: Posting[], tenant = TENANT) =>
  inTransaction(db, (tx) => post(tx, tenant, key, postings))

const linesOf = async (key: string, tenant = TENANT) =>
  (
    await db.query(
      `select p.line, p.account, p.asset, p.amount from posting p join journal j
         on j.merchant_id = p.merchant_id and j.livemode = p.livemode and j.id = p.journal_id
       where j.merchant_id = $1 and j.livemode = $2 and j.key = $3 order by line`,
      [tenant.merchant_id, tenant.livemode, key],
    )
  ).rows

describe('post', () => {
  test('debit is positive, credit negative', () => {
    assert.deepEqual(debit('fx', money(5n, 'USD')), { account: 'fx', asset: 'USD', amount: 5n })
    assert.deepEqual(credit('fx', money(5n, 'USD')), { account: 'fx', asset: 'USD', amount: -5n })
  })

  test('books every line but the empty ones, in order', async () => {
    await book('capture:txn_1', capture(4999n))
    assert.deepEqual(await linesOf('capture:txn_1'), [
      { line: 1, account: 'acquirer_receivable', asset: 'USD', amount: 4999n },
      { line: 2, account: 'fee_revenue', asset: 'USD', amount: -750n },
      { line: 3, account: 'fx', asset: 'USD', amount: -4249n },
      { line: 4, account: 'fx', asset: 'USDT', amount: 42_490_000n },
      { line: 5, account: 'merchant_payable', asset: 'USDT', amount: -42_490_000n },
    ])
  })

  const bugs: [string, Posting[]][] = [
    ['one cent short', [...capture(4999n), debit('rounding', money(1n, 'USD'))]],
    ['two assets that cancel out', [debit('fx', money(5n, 'USD')), credit('fx', money(5n, 'EUR'))]],
    ['a single line', [debit('fx', money(5n, 'USD'))]],
    ['only empty lines', [debit('fx', money(0n, 'USD')), credit('rounding', money(0n, 'USD'))]],
    ['nothing', []],
  ]
  for (const [what, postings] of bugs) {
    test(`is a bug and writes nothing: ${what}`, async () => {
      await assert.rejects(book('bug:1', postings), AssertionFailed)
      assert.deepEqual(await linesOf('bug:1'), [])
      const { rows } = await db.query(`select from journal where key = 'bug:1'`)
      assert.equal(rows.length, 0)
    })
  }

  test('keeps amounts of any size exact', async () => {
    const wei = money(123_456_789_012_345_678_901_234_567_890n, 'ETH')
    await book('gas:1', [debit('gas_expense', wei), credit('hot_wallet', wei)])
    const [line] = await linesOf('gas:1')
    assert.equal((line as Posting | undefined)?.amount, wei.amount)
  })

  test('of 20 racers with one key one books, and the others’ changes are undone with them', async () => {
    const races = Array.from({ length: 20 }, (_, racer) =>
      inTransaction(db, async (tx) => {
        await tx.query('insert into state_change values ($1)', [racer])
        await post(tx, TENANT, 'capture:txn_race', capture(4999n))
      }),
    )
    const outcomes = await Promise.allSettled(races)
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(losers.length, 19)
    for (const { reason } of losers) assert.ok(isDbError(reason, UNIQUE_VIOLATION))
    assert.equal((await linesOf('capture:txn_race')).length, 5)
    const { rows } = await db.query<{ racer: number }>('select racer from state_change')
    assert.deepEqual(
      rows.map(({ racer }) => racer),
      [outcomes.findIndex((outcome) => outcome.status === 'fulfilled')],
    )
  })

  test('a journal whose transaction rolled back may be booked again', async () => {
    const lost = inTransaction(db, async (tx) => {
      await post(tx, TENANT, 'capture:txn_2', capture(4999n))
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    await book('capture:txn_2', capture(4999n))
    await assert.rejects(book('capture:txn_2', capture(4999n)), { code: UNIQUE_VIOLATION })
  })

  test('keys of other merchants and of the other mode do not meet', async () => {
    const other = { merchant_id: 'mer_2', livemode: false }
    const live = { merchant_id: 'mer_1', livemode: true }
    await book('capture:txn_1', capture(1000n), other)
    await book('capture:txn_1', capture(2000n), live)
    const of = async (tenant: typeof TENANT) =>
      (await trialBalance(db, tenant)).find(({ account }) => account === 'acquirer_receivable')?.balance
    assert.deepEqual([await of(other), await of(live)], [1000n, 2000n])
  })

  test('the trial balance sums to zero in every asset', async () => {
    const sums = new Map<LedgerAsset, bigint>()
    for (const { asset, balance } of await trialBalance(db))
      sums.set(asset, (sums.get(asset) ?? 0n) + balance)
    assert.deepEqual(
      [...sums],
      [
        ['ETH', 0n],
        ['USD', 0n],
        ['USDT', 0n],
      ],
    )
    assert.deepEqual(await trialBalance(db, { merchant_id: 'mer_none', livemode: false }), [])
  })
})
