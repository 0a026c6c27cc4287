import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BROKEN_RULE, FIXED, NO_SUCH_ROW, TAKEN, rowsDatabase } from '../../../../test/support/rows.ts'
import { type Tx, inTransaction, one } from '../db/sql.ts'
import { bindQuote, dropQuote, findBoundQuote, graceQuote, useQuote } from './quoteStore.ts'
import { findConversion } from './store.ts'

const database = await rowsDatabase()
const { db } = database
after(() => database.drop())

const inTx = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(db, work)
const newRef = async () => ({
  merchant_id: 'mer_1',
  livemode: false,
  id: await database.transaction(),
  currency: 'USD',
  payout_currency: 'USDT',
})
type Payment = Awaited<ReturnType<typeof newRef>>

const figures = (rate: bigint) => ({
  gross: 4999n,
  fee: 750n,
  spread: 10n,
  payout_value: 4238n,
  remainder: 1n,
  payout_amount: 42_000_000n + rate,
  rate,
  mid_rate: rate + 1n,
})
const LONG = { ttl_seconds: 60, challenge_seconds: 180 }
const OVER = { ttl_seconds: 0.000001, challenge_seconds: 0.000001 }
const RECEIPT = { quote: { quoted_at: '2026-01-01T00:00:00.000Z' } }
const bind = (ref: Payment, rate: bigint, terms = LONG) =>
  inTx((tx) => bindQuote(tx, ref, figures(rate), RECEIPT, terms))
const use = (ref: Payment, id: string) => inTx((tx) => useQuote(tx, ref, id))
const states = async (ref: Payment) => {
  const { rows } = await db.query<{ state: string }>(
    'select state from quote where transaction_id = $1 order by bound_at',
    [ref.id],
  )
  return rows.map(({ state }) => state)
}
/** As it would be after that much time, for a row that cannot be changed: one that was bound earlier. */
async function boundBefore(ref: Payment, seconds: number): Promise<void> {
  await db.query(
    `insert into quote (merchant_id, livemode, id, transaction_id, gross, fee, spread, remainder, payout_value,
       payout_amount, rate, mid_rate, receipt, bound_at, expires_at, grace_until)
     select $1, $2, 'qt_' || $3, $3, 4999, 750, 10, 1, 4238, 42000007, 7, 8, '{}', t, t + interval '60 seconds',
       t + interval '180 seconds' from (select now() - $4 * interval '1 second' t) x`,
    [ref.merchant_id, ref.livemode, ref.id, seconds],
  )
}

describe('a bound quote', () => {
  test('holds, and is the conversion when it is used: once', async () => {
    const ref = await newRef()
    const quote = await bind(ref, 7n)
    assert.ok(quote)
    assert.equal(quote.payout_amount, 42_000_007n)
    assert.deepEqual(await findBoundQuote(db, ref), quote)
    assert.equal(await use(ref, quote.id), true)
    assert.deepEqual(await inTx((tx) => findConversion(tx, ref)), figures(7n))
    assert.deepEqual(await states(ref), ['used'])
    assert.equal(await findBoundQuote(db, ref), null)
    assert.equal(await use(ref, quote.id), false)
  })

  test('stays while it holds: a second rate does not replace it', async () => {
    const ref = await newRef()
    const first = await bind(ref, 7n)
    assert.deepEqual(await bind(ref, 9n), first)
    assert.deepEqual(await states(ref), ['bound'])
  })

  test('of ten workers at once binds one rate', async () => {
    const ref = await newRef()
    const bound = await Promise.all(Array.from({ length: 10 }, (_, i) => bind(ref, BigInt(i + 1))))
    assert.equal(new Set(bound.map((quote) => quote?.id)).size, 1)
    assert.deepEqual(await states(ref), ['bound'])
  })

  test('that has ended is not used, and another rate is another row', async () => {
    const ref = await newRef()
    const late = await bind(ref, 7n, OVER)
    assert.ok(late)
    assert.equal(await findBoundQuote(db, ref), null)
    assert.equal(await use(ref, late.id), false)
    assert.equal(await inTx((tx) => findConversion(tx, ref)), null)
    const next = await bind(ref, 9n)
    assert.ok(next)
    assert.notEqual(next.id, late.id)
    assert.deepEqual(await states(ref), ['expired', 'bound'])
    assert.equal(await use(ref, next.id), true)
  })

  test('of another transaction, merchant or mode is not used', async () => {
    const ref = await newRef()
    const quote = await bind(ref, 7n)
    assert.ok(quote)
    const others = [await newRef(), { ...ref, merchant_id: 'mer_2' }, { ...ref, livemode: true }]
    for (const other of others) assert.equal(await use(other, quote.id), false)
    assert.deepEqual(await states(ref), ['bound'])
  })

  test('is dropped with its attempt', async () => {
    const ref = await newRef()
    const quote = await bind(ref, 7n)
    assert.ok(quote)
    await inTx((tx) => dropQuote(tx, ref))
    assert.deepEqual(await states(ref), ['expired'])
    assert.equal(await use(ref, quote.id), false)
  })
})

describe("the database's clock", () => {
  test('59 s after the click it holds, 61 s after it does not', async () => {
    const [young, old] = [await newRef(), await newRef()]
    await boundBefore(young, 59)
    await boundBefore(old, 61)
    assert.ok(await findBoundQuote(db, young))
    assert.equal(await findBoundQuote(db, old), null)
  })

  test('with a challenge it holds for three minutes, not longer', async () => {
    const ref = await newRef()
    await boundBefore(ref, 50)
    await graceQuote(db, ref)
    const { until } = await one<{ until: bigint }>(
      db,
      `select extract(epoch from grace_until - bound_at)::int8 until from quote
       where transaction_id = $1 and challenged_at is not null`,
      [ref.id],
    )
    assert.equal(until, 180n)
    const [within, past] = [await newRef(), await newRef()]
    for (const [late, seconds] of [
      [within, 179],
      [past, 181],
    ] as const) {
      await boundBefore(late, seconds)
      await db.query(
        `update quote set challenged_at = bound_at + interval '5 seconds' where transaction_id = $1`,
        [late.id],
      )
    }
    assert.ok(await findBoundQuote(db, within))
    assert.equal(await findBoundQuote(db, past), null)
  })

  test('a challenge that comes after the end revives nothing', async () => {
    const ref = await newRef()
    await boundBefore(ref, 61)
    await graceQuote(db, ref)
    assert.equal(await findBoundQuote(db, ref), null)
  })
})

test('the database refuses another price under the same quote', async () => {
  const ref = await newRef()
  const quote = await bind(ref, 7n)
  assert.ok(quote)
  const change = (set: string) => db.query(`update quote set ${set} where id = $1`, [quote.id])
  for (const set of [
    'rate = 8',
    'payout_amount = 1',
    'mid_rate = 9',
    `expires_at = now() + interval '1 day'`,
  ])
    await assert.rejects(change(set), FIXED, set)
  await assert.rejects(db.query('delete from quote'), FIXED)

  const convert = (quote_id: string | null, rate: bigint, payout_amount: bigint) =>
    db.query(
      `insert into conversion (merchant_id, livemode, id, transaction_id, quote_id, gross, currency, fee, spread, remainder,
         payout_value, payout_amount, payout_currency, rate, mid_rate, receipt)
       values ('mer_1', false, 'conv_' || $1, $1, $2, 4999, 'USD', 750, 10, 1, 4238, $4, 'USDT', $3, 8, '{}')`,
      [ref.id, quote_id, rate, payout_amount],
    )
  await assert.rejects(convert(quote.id, 8n, 42_000_007n), NO_SUCH_ROW)
  await assert.rejects(convert(quote.id, 7n, 42_000_008n), NO_SUCH_ROW)
  await assert.rejects(convert('qt_none', 7n, 42_000_007n), NO_SUCH_ROW)
  await assert.rejects(convert(null, 7n, 42_000_007n), BROKEN_RULE)
  assert.equal(await use(ref, quote.id), true)
  await assert.rejects(convert(quote.id, 7n, 42_000_007n), TAKEN)
  await assert.rejects(change(`state = 'bound', ended_at = null`), FIXED)
})
