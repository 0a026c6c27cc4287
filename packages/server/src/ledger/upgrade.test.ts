import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { olderDatabase } from '../../../../test/support/olderDatabase.ts'
import { migrate } from '../db/migrate.ts'
import { accountBalance, trialBalance } from './balanceStore.ts'
import { wrongBalances } from './invariantsStore.ts'
import { sealJournals } from './sealJournals.ts'
import { verifyChain } from './verifyChain.ts'

const { db, drop } = await olderDatabase('0006')
after(drop)

const JOURNALS = 1200
const SHOP = { merchant_id: 'mer_old', livemode: false }

before(async () => {
  // What the version before booked: captures, and half of the payouts.
  const book = async (key: string, from: string, to: string, count: number) => {
    await db.query(
      `with j as (insert into journal (merchant_id, livemode, id, key)
         select 'mer_old', false, 'jrn_' || $1 || n, $1 || ':' || n from generate_series(1, $4::int) n returning id)
       insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
       select 'mer_old', false, id, l.line, l.account, 'USDT', l.amount
       from j, (values (1, $2, -7), (2, $3, 7)) l (line, account, amount)`,
      [key, from, to, count],
    )
  }
  await book('capture', 'merchant_payable', 'fx', JOURNALS)
  await book('reserve', 'payout_in_flight', 'merchant_payable', JOURNALS / 2)
})

test('what was booked before gets its balances with the migration, and its seals after it', async () => {
  await migrate(db)
  const payable = () => accountBalance(db, SHOP, 'merchant_payable', 'USDT')
  assert.equal(await payable(), -4200n)
  assert.deepEqual(await wrongBalances(db), [])
  const unsealed = await trialBalance(db, SHOP)
  // A transaction that is not there yet takes from what was brought before: refused beyond it.
  const take = (amount: number) =>
    db.query(
      `with j as (insert into journal (merchant_id, livemode, id, key) values ('mer_old', false, 'jrn_new', 'new'))
       insert into posting values ('mer_old', false, 'jrn_new', 1, 'merchant_payable', 'USDT', $1::int),
         ('mer_old', false, 'jrn_new', 2, 'fx', 'USDT', -$1::int)`,
      [amount],
    )
  await assert.rejects(take(4201), { code: '23514', constraint: 'ledger_balance_side' })
  const { rows } = await db.query('select from journal_unsealed')
  assert.equal(rows.length, JOURNALS * 1.5)

  assert.equal(await sealJournals(db), JOURNALS * 1.5)
  assert.deepEqual(await trialBalance(db, SHOP), unsealed)
  assert.deepEqual(await wrongBalances(db), [])
  const { head, breaks } = await verifyChain(db, SHOP)
  assert.deepEqual([head.sequence, breaks], [BigInt(JOURNALS * 1.5), []])
  await take(4200)
  assert.equal(await payable(), 0n)
})
