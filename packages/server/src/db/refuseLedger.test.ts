import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { ACCOUNTS } from '../ledger/account.ts'
import { type Tx, inTransaction } from './sql.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const UNBALANCED = { code: '23514' }
const UNKNOWN_PAIR = { code: '23503' }
const APPEND_ONLY = { code: '23001' }
const TAKEN = { code: '23505' }

type Line = [account: string, asset: string, amount: bigint]
const PAIR: Line[] = [
  ['hot_wallet', 'USDT', 5n],
  ['merchant_payable', 'USDT', -5n],
]

async function addLines(tx: Tx, journal: string, lines: Line[], from = 1): Promise<void> {
  for (const [index, line] of lines.entries()) {
    await tx.query(`insert into posting values ('mer_1', false, $1, $2, $3, $4, $5)`, [
      journal,
      from + index,
      ...line,
    ])
  }
}

/** Books with plain SQL, as a careless hand at the database would. */
async function book(
  lines: Line[],
  key: string = randomUUID(),
  owner = 'mer_1',
  livemode = false,
): Promise<string> {
  const id = randomUUID()
  await inTransaction(db, async (tx) => {
    await tx.query('insert into journal (merchant_id, livemode, id, key) values ($1, $2, $3, $4)', [
      owner,
      livemode,
      id,
      key,
    ])
    if (owner === 'mer_1' && !livemode) return await addLines(tx, id, lines)
    for (const [index, line] of lines.entries()) {
      await tx.query('insert into posting values ($1, $2, $3, $4, $5, $6, $7)', [
        owner,
        livemode,
        id,
        index,
        ...line,
      ])
    }
  })
  return id
}

const counts = async () =>
  (await db.query('select (select count(*) from journal) j, (select count(*) from posting) p')).rows[0]

describe('a journal', () => {
  test('balances in every asset', async () => {
    await book(PAIR)
    await book([...PAIR, ['fx', 'EUR', 100n], ['rounding', 'EUR', -1n], ['fee_revenue', 'EUR', -99n]])
    const before = await counts()
    for (const lines of [
      [['hot_wallet', 'USDT', 5n]],
      [PAIR[0], ['merchant_payable', 'USDT', -4n]],
      // Sums to zero over all, but not in each asset.
      [
        ['fx', 'USD', 5n],
        ['fx', 'EUR', -5n],
      ],
      [...PAIR, ['fx', 'USD', 5n], ['fx', 'EUR', -5n]],
    ] as Line[][]) {
      await assert.rejects(book(lines), UNBALANCED)
    }
    assert.deepEqual(await counts(), before)
  })

  test('has postings', async () => {
    await assert.rejects(book([]), UNBALANCED)
  })

  test('takes no line later, balanced or not', async () => {
    const id = await book(PAIR)
    const before = await counts()
    const later: Parameters<typeof addLines>[2][] = [
      [['hot_wallet', 'USDT', 1n]],
      [
        ['hot_wallet', 'USDT', 1n],
        ['merchant_payable', 'USDT', -1n],
      ],
    ]
    for (const lines of later) {
      await assert.rejects(
        inTransaction(db, (tx) => addLines(tx, id, lines, 3)),
        { code: '23001' },
      )
    }
    assert.deepEqual(await counts(), before)
  })

  test('is booked once per key, merchant and mode', async () => {
    await book(PAIR, 'capture:txn_1')
    await book(PAIR, 'capture:txn_1', 'mer_2')
    await book(PAIR, 'capture:txn_1', 'mer_1', true)
    await book(PAIR, 'capture:txn_2')
    await assert.rejects(book(PAIR, 'capture:txn_1'), TAKEN)
    await assert.rejects(book(PAIR, 'capture:txn_1', 'mer_1', true), TAKEN)
  })
})

describe('a posting', () => {
  test('goes to an account that carries its asset', async () => {
    await book([
      ['merchant_payable', 'USDT', -5n],
      ['hot_wallet', 'USDT', 5n],
    ])
    for (const [account, asset] of [
      ['merchant_payable', 'POL'],
      ['hot_wallet', 'USD'],
      ['acquirer_receivable', 'USDT'],
      ['gas_expense', 'USDT'],
      ['rounding', 'BTC'],
      ['hot_wallet', 'DOGE'],
      ['petty_cash', 'USD'],
    ] as const) {
      await assert.rejects(
        book([
          [account, asset, 5n],
          [account, asset, -5n],
        ]),
        UNKNOWN_PAIR,
        `${account} ${asset}`,
      )
    }
  })

  test('belongs to a journal of its own merchant and mode', async () => {
    await book(PAIR)
    await assert.rejects(
      inTransaction(db, (tx) => addLines(tx, 'jrn_none', PAIR)),
      UNKNOWN_PAIR,
    )
    const other = await book(PAIR, randomUUID(), 'mer_2')
    await assert.rejects(
      inTransaction(db, (tx) => addLines(tx, other, PAIR)),
      UNKNOWN_PAIR,
    )
  })

  test('is not zero', async () => {
    await assert.rejects(book([...PAIR, ['hot_wallet', 'USDT', 0n]]), { code: '23514' })
  })

  test('holds the largest amounts there are', async () => {
    const most = 10n ** 78n - 1n
    const id = await book([
      ['hot_wallet', 'ETH', most],
      ['gas_expense', 'ETH', -most],
    ])
    const { rows } = await db.query<{ amount: bigint }>(
      'select amount from posting where journal_id = $1 order by line',
      [id],
    )
    assert.deepEqual(rows, [{ amount: most }, { amount: -most }])
    await assert.rejects(
      book([
        ['hot_wallet', 'ETH', most + 1n],
        ['gas_expense', 'ETH', -most - 1n],
      ]),
      { code: '22003' },
    )
  })
})

describe('what is booked', () => {
  const statements = [
    'update posting set amount = 6',
    "update posting set account = 'payout_in_flight'",
    'delete from posting',
    'truncate posting',
    "update journal set key = 'other'",
    'delete from journal',
    'truncate journal, posting',
    'truncate journal cascade',
  ]
  for (const statement of statements) {
    test(`refuses: ${statement}`, async () => {
      await book(PAIR)
      const before = await counts()
      await assert.rejects(db.query(statement), APPEND_ONLY)
      assert.deepEqual(await counts(), before)
    })
  }
})

test('the chart of accounts in code is the one in the database', async () => {
  const { rows } = await db.query<{ account: string }>(
    'select distinct account from ledger_account order by account',
  )
  assert.deepEqual(
    rows.map(({ account }) => account),
    ACCOUNTS.toSorted(),
  )
})
