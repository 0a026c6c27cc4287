import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BROKEN_RULE, FIXED, NO_SUCH_ROW, TAKEN, rowsDatabase } from '../../../../test/support/rows.ts'

const { db, insert, next, transaction, drop } = await rowsDatabase()
after(drop)

describe('conversion', () => {
  const conversion = async (change: Record<string, unknown> = {}) =>
    insert('conversion', {
      merchant_id: 'mer_1',
      livemode: false,
      id: `conv_${next()}`,
      transaction_id: change.transaction_id ?? (await transaction()),
      gross: 4999n,
      currency: 'USD',
      fee: 750n,
      spread: 10n,
      remainder: 1n,
      payout_value: 4238n,
      payout_amount: 42_380_000n,
      payout_currency: 'USDT',
      rate: 10n ** 18n,
      mid_rate: 10n ** 18n,
      receipt: '{}',
      ...change,
    })

  test('adds up to the gross amount', async () => {
    await conversion()
    for (const change of [
      { gross: 5000n },
      { fee: 749n },
      { spread: 11n },
      { remainder: 0n },
      { payout_value: 4239n },
    ]) {
      await assert.rejects(conversion(change), BROKEN_RULE)
    }
    await assert.rejects(conversion({ fee: -1n, spread: 761n }), BROKEN_RULE)
    await assert.rejects(conversion({ rate: 0n }), BROKEN_RULE)
  })

  test('there is one per transaction', async () => {
    const transaction_id = await transaction()
    await conversion({ transaction_id })
    await assert.rejects(conversion({ transaction_id }), TAKEN)
    await assert.rejects(conversion({ transaction_id: 'txn_none' }), NO_SUCH_ROW)
  })

  for (const statement of [
    'update conversion set rate = rate + 1',
    'delete from conversion',
    'truncate conversion',
  ]) {
    test(`refuses: ${statement}`, async () => {
      await conversion()
      await assert.rejects(db.query(statement), FIXED)
    })
  }
})
