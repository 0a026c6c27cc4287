import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BROKEN_RULE, FIXED, NO_SUCH_ROW, rowsDatabase } from '../../../../test/support/rows.ts'

const { session, update, drop } = await rowsDatabase()
after(drop)

describe('checkout_session', () => {
  const fixed = [
    'amount = 1',
    "currency = 'EUR'",
    "payout_currency = 'ETH'",
    `metadata = '{"order_id":"ORD-2"}'`,
    "expires_at = '2027-01-01T00:00:00Z'",
    "merchant_id = 'mer_2'",
    'livemode = true',
    "id = 'cs_other'",
    "created_at = '2025-01-01T00:00:00Z'",
    "locale = 'en'",
    "description = 'Two lamps'",
    'description = null',
  ]
  for (const set of fixed) {
    test(`keeps what it was created with: ${set}`, async () => {
      const id = await session({ locale: 'de', description: 'A lamp' })
      await assert.rejects(update('checkout_session', id, set), FIXED)
      await update('checkout_session', id, "status = 'expired', attempts = 1")
    })
  }

  test('lives longer by more time only, while it is pending, ten times at most', async () => {
    const id = await session()
    const later = "expires_at = expires_at + interval '10 minutes'"
    await assert.rejects(update('checkout_session', id, later), FIXED)
    await assert.rejects(update('checkout_session', id, 'more_time = more_time + 1'), FIXED)
    await assert.rejects(update('checkout_session', id, `${later}, more_time = more_time + 2`), FIXED)
    const shorter = "expires_at = expires_at - interval '1 second', more_time = more_time + 1"
    await assert.rejects(update('checkout_session', id, shorter), FIXED)
    const once = `${later}, more_time = more_time + 1`
    for (let times = 0; times < 10; times++) await update('checkout_session', id, once)
    await assert.rejects(update('checkout_session', id, once), BROKEN_RULE)
    const ended = await session()
    await update('checkout_session', ended, "status = 'expired'")
    await assert.rejects(update('checkout_session', ended, once), FIXED)
  })

  test('names the transaction that paid it once, and is not completed without one', async () => {
    const id = await session()
    await assert.rejects(update('checkout_session', id, "status = 'completed'"), BROKEN_RULE)
    await update('checkout_session', id, "status = 'completed', transaction_id = 'txn_a'")
    await assert.rejects(update('checkout_session', id, "transaction_id = 'txn_b'"), FIXED)
    await assert.rejects(update('checkout_session', id, 'transaction_id = null'), FIXED)
    await assert.rejects(session({ status: 'completed' }), BROKEN_RULE)
  })

  const bad: Record<string, unknown>[] = [
    { amount: 0n },
    { amount: -1n },
    { currency: 'JPY' },
    { currency: 'usd' },
    { payout_currency: 'DOGE' },
    { status: 'paid' },
    { locale: 'auto' },
    { locale: 'DE' },
    { description: '' },
    { description: 'x'.repeat(201) },
    { expires_at: '2026-01-01T00:00:00Z' },
    { expires_at: '2025-12-31T00:00:00Z' },
  ]
  for (const change of bad) {
    test(`refuses ${Object.keys(change).join()} ${String(Object.values(change)[0])}`, async () => {
      await assert.rejects(session(change), BROKEN_RULE)
    })
  }

  test('belongs to a merchant that exists', async () => {
    await assert.rejects(session({ merchant_id: 'mer_none' }), NO_SUCH_ROW)
    await session({ merchant_id: 'mer_2' })
  })
})
