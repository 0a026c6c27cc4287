import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction, isDbError } from '../db/sql.ts'
import type { LedgerAsset, Money } from '../lib/money.ts'
import type { Account } from './account.ts'
import { accountBalance, trialBalance } from './balanceStore.ts'
import { wrongBalances, wrongSides } from './invariantsStore.ts'
import { post } from './post.ts'
import { type Posting, credit, debit } from './posting.ts'
import { completePayout, reservePayout } from './postings/payout.ts'
import { sealJournals } from './sealJournals.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const money = (amount: bigint, asset: LedgerAsset = 'USDT'): Money<LedgerAsset> => ({ amount, asset })
const usdt = (amount: bigint) => ({ amount, asset: 'USDT' as const })
const owe = (amount: bigint): Posting[] => [
  debit('fx', money(amount)),
  credit('merchant_payable', money(amount)),
]

let serial = 0
const newTenant = () => ({ merchant_id: `mer_${++serial}`, livemode: false })
const book = (tenant: { merchant_id: string; livemode: boolean }, postings: Posting[]) =>
  inTransaction(db, (tx) => post(tx, tenant, randomUUID(), postings))

/** The database's own refusal, and no other. */
const OVERDRAWN = { code: '23514', constraint: 'ledger_balance_side' }
const holds = async () => {
  assert.deepEqual(await wrongBalances(db), [])
  assert.deepEqual(await wrongSides(db), [])
}

describe('a guarded balance', () => {
  const GUARDED: [Account, LedgerAsset, goes_wrong: 'debit' | 'credit'][] = [
    ['merchant_payable', 'USDT', 'debit'],
    ['merchant_payable', 'EUR', 'debit'],
    ['merchant_reserve', 'EUR', 'debit'],
    ['payout_in_flight', 'BTC', 'debit'],
    ['merchant_receivable', 'EUR', 'credit'],
  ]
  for (const [account, asset, wrong] of GUARDED) {
    test(`cannot be overdrawn: ${account} in ${asset}`, async () => {
      const tenant = newTenant()
      const give = (amount: bigint) =>
        wrong === 'debit'
          ? [credit(account, money(amount, asset)), debit('suspense', money(amount, asset))]
          : [debit(account, money(amount, asset)), credit('suspense', money(amount, asset))]
      const take = (amount: bigint) => give(-amount)
      await assert.rejects(book(tenant, take(1n)), OVERDRAWN)
      await book(tenant, give(10n))
      await assert.rejects(book(tenant, take(11n)), OVERDRAWN)
      await book(tenant, take(4n))
      await book(tenant, give(1n))
      await assert.rejects(book(tenant, take(8n)), OVERDRAWN)
      await book(tenant, take(7n))
      await assert.rejects(book(tenant, take(1n)), OVERDRAWN)
      assert.equal(await accountBalance(db, tenant, account, asset), 0n)
      // What nobody has needed yet and what was sealed meanwhile count the same.
      await book(tenant, give(5n))
      await sealJournals(db)
      await book(tenant, give(5n))
      await assert.rejects(book(tenant, take(11n)), OVERDRAWN)
      await book(tenant, take(10n))
      await holds()
    })
  }

  test('is one merchant’s, one mode’s and one asset’s', async () => {
    const tenant = newTenant()
    await book(tenant, owe(10n))
    const take = owe(-1n)
    await assert.rejects(book(newTenant(), take), OVERDRAWN)
    await assert.rejects(book({ ...tenant, livemode: true }, take), OVERDRAWN)
    await assert.rejects(
      book(tenant, [debit('merchant_payable', money(1n, 'USDC')), credit('fx', money(1n, 'USDC'))]),
      OVERDRAWN,
    )
    await book(tenant, take)
  })

  test('is the sum of a journal’s lines: what goes through an account may be more than it held', async () => {
    const tenant = newTenant()
    await book(tenant, [...owe(10n), ...reservePayout(usdt(10n))])
    await book(tenant, completePayout(usdt(10n)))
    await holds()
  })

  test('holds what a transaction that rolled back did not take', async () => {
    const tenant = newTenant()
    await book(tenant, owe(10n))
    const lost = inTransaction(db, async (tx) => {
      await post(tx, tenant, 'lost', owe(-10n))
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    await book(tenant, owe(-10n))
    await holds()
  })

  test('refuses by hand too', async () => {
    const tenant = newTenant()
    await book(tenant, owe(10n))
    await sealJournals(db)
    await assert.rejects(
      db.query('update ledger_balance set amount = 1 where merchant_id = $1 and account = $2', [
        tenant.merchant_id,
        'merchant_payable',
      ]),
      OVERDRAWN,
    )
  })
})

test('accounts of our own may cross over: a refund after the settlement, a wallet filled from outside', async () => {
  const tenant = newTenant()
  await book(tenant, [credit('acquirer_receivable', money(5n, 'EUR')), debit('bank', money(5n, 'EUR'))])
  await book(tenant, [credit('hot_wallet', money(5n, 'POL')), debit('gas_expense', money(5n, 'POL'))])
  await holds()
})

describe('two who take from one balance at the same moment', () => {
  const ROUNDS = 250

  /** Both want all of it, on connections of their own that are already open. Returns how many of the two got it. */
  async function race(take: (tenant: { merchant_id: string; livemode: boolean }) => Promise<unknown>) {
    let [won, overdrawn] = [0, 0]
    const lanes = Array.from({ length: 4 }, async (_, lane) => {
      for (let round = lane; round < ROUNDS; round += 4) {
        const tenant = newTenant()
        await book(tenant, owe(10n))
        const outcomes = await Promise.allSettled([take(tenant), take(tenant)])
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected')
            assert.ok(isDbError(outcome.reason, '23514', 'ledger_balance_side'), String(outcome.reason))
        }
        const winners = outcomes.filter(({ status }) => status === 'fulfilled').length
        won += winners
        if (winners > 1) overdrawn += 1
      }
    })
    await Promise.all(lanes)
    return { won, overdrawn }
  }

  test(`one gets it, the other is refused, ${ROUNDS * 2} times`, async () => {
    assert.deepEqual(await race((tenant) => book(tenant, owe(-10n))), { won: ROUNDS, overdrawn: 0 })
    await holds()
  })

  test('at any isolation level at most one gets it', async () => {
    for (const level of ['repeatable read', 'serializable']) {
      for (let round = 0; round < 20; round++) {
        const tenant = newTenant()
        await book(tenant, owe(10n))
        const take = () =>
          inTransaction(db, async (tx) => {
            await tx.query(`set transaction isolation level ${level}`)
            await post(tx, tenant, randomUUID(), owe(-10n))
          })
        const outcomes = await Promise.allSettled([take(), take()])
        assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
      }
    }
    await holds()
  })

  test('control: who reads the balance and then writes overdraws it', async () => {
    // What an application without the guard does, on a ledger of its own.
    await db.query('create table naive_posting (merchant_id text, amount numeric(78, 0))')
    let overdrawn = 0
    for (let round = 0; round < ROUNDS && overdrawn === 0; round++) {
      const tenant = newTenant()
      await db.query('insert into naive_posting values ($1, -10)', [tenant.merchant_id])
      const take = () =>
        inTransaction(db, async (tx) => {
          const { rows } = await tx.query<{ balance: bigint }>(
            'select sum(amount) balance from naive_posting where merchant_id = $1',
            [tenant.merchant_id],
          )
          assert.ok((rows[0]?.balance ?? 0n) <= -10n, 'overdrawn')
          await tx.query('insert into naive_posting values ($1, 10)', [tenant.merchant_id])
        })
      const outcomes = await Promise.allSettled([take(), take()])
      if (outcomes.every(({ status }) => status === 'fulfilled')) overdrawn += 1
    }
    assert.equal(overdrawn, 1)
  })
})

test('balances are exact at every moment, amid takers, givers and sealers', async () => {
  const tenants = [newTenant(), newTenant()]
  const stop = new AbortController()
  const work = async (worker: number) => {
    for (let n = 0; n < 40; n++) {
      const tenant = tenants[(n + worker) % 2] as (typeof tenants)[0]
      await book(tenant, owe(10n))
      await book(tenant, reservePayout(usdt(7n)))
      await book(tenant, completePayout(usdt(5n)))
    }
  }
  const until = async (act: () => Promise<unknown>) => {
    while (!stop.signal.aborted) await act()
  }
  const around = [
    until(() => sealJournals(db)),
    until(() => sealJournals(db)),
    until(async () => {
      assert.deepEqual(await wrongBalances(db), [])
      const sum = (await trialBalance(db, tenants[0])).reduce((total, { balance }) => total + balance, 0n)
      assert.equal(sum, 0n)
    }),
  ]
  await Promise.all([work(0), work(1), work(2), work(3)]).finally(() => stop.abort())
  await Promise.all(around)
  await sealJournals(db)
  await holds()
  const of = async (account: Account) =>
    (await Promise.all(tenants.map((tenant) => accountBalance(db, tenant, account, 'USDT')))).reduce(
      (sum, balance) => sum + balance,
      0n,
    )
  assert.deepEqual(
    [await of('merchant_payable'), await of('payout_in_flight'), await of('hot_wallet'), await of('fx')],
    [-480n, -320n, -800n, 1600n],
  )
})
