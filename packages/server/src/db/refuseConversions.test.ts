import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BROKEN_RULE, FIXED, NO_SUCH_ROW, TAKEN, rowsDatabase } from '../../../../test/support/rows.ts'

const { db, insert, next, transaction, drop } = await rowsDatabase()
after(drop)

describe('conversion', () => {
  const FIGURES = {
    merchant_id: 'mer_1',
    livemode: false,
    gross: 4999n,
    fee: 750n,
    spread: 10n,
    remainder: 1n,
    payout_value: 4238n,
    payout_amount: 42_380_000n,
    rate: 10n ** 18n,
    mid_rate: 10n ** 18n,
    receipt: '{}',
  }

  /** A conversion as its quote says, but for `change`. */
  const conversion = async (change: Record<string, unknown> = {}) => {
    const transaction_id = String(change.quoted ?? change.transaction_id ?? (await transaction()))
    const quote_id = await insert('quote', {
      ...FIGURES,
      id: `quo_${next()}`,
      transaction_id,
      state: 'used',
      bound_at: '2026-01-01T00:00:00Z',
      expires_at: '2026-01-01T00:01:00Z',
      grace_until: '2026-01-01T00:03:00Z',
      ended_at: '2026-01-01T00:00:30Z',
    })
    const { quoted: _, ...columns } = change
    return await insert('conversion', {
      ...FIGURES,
      id: `conv_${next()}`,
      transaction_id,
      quote_id,
      currency: 'USD',
      payout_currency: 'USDT',
      ...columns,
    })
  }

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
    const quoted = await transaction()
    await assert.rejects(conversion({ quoted, transaction_id: 'txn_none' }), NO_SUCH_ROW)
    await assert.rejects(conversion({ rate: 2n }), NO_SUCH_ROW, 'at another rate than its quote')
    await assert.rejects(conversion({ quote_id: null }), BROKEN_RULE)
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
