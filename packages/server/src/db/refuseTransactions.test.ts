import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import {
  BROKEN_RULE,
  FIXED,
  GENERATED,
  NO_SUCH_ROW,
  TAKEN,
  rowsDatabase,
} from '../../../../test/support/rows.ts'

const { db, next, session, transaction, update, drop } = await rowsDatabase()
after(drop)

const DONE = {
  payout_amount: 42_490_000n,
  captured_at: '2026-01-01T00:10:00Z',
  paid_out_at: '2026-01-01T00:20:00Z',
}

describe('transaction', () => {
  test('keeps the text on the card statement, none included', async () => {
    const [named, plain] = [await transaction({ statement_descriptor: 'LAMP CO' }), await transaction()]
    for (const [id, set] of [
      [named, "'OTHER'"],
      [named, 'null'],
      [plain, "'OTHER'"],
    ] as const)
      await assert.rejects(update('transaction', id, `statement_descriptor = ${set}`), FIXED)
  })

  const live = ['authorizing', 'authorized', 'capturing', 'captured', 'paid_out', 'voiding', 'refunded']
  for (const state of live) {
    test(`a session has no second charge while the first is ${state}`, async () => {
      const id = await session()
      await transaction({ checkout_session_id: id, state, ...DONE })
      await assert.rejects(transaction({ checkout_session_id: id }), {
        ...TAKEN,
        constraint: 'transaction_one_live_charge',
      })
    })
  }
  for (const state of ['declined', 'voided']) {
    test(`a session may be charged again after the first was ${state}`, async () => {
      const id = await session()
      await transaction({ checkout_session_id: id, state })
      await transaction({ checkout_session_id: id, state })
      const second = await transaction({ checkout_session_id: id })
      assert.ok(second)
      // And the ended one cannot come back to life beside it.
      await assert.rejects(
        db.query(
          `update transaction set state = 'authorized' where checkout_session_id = $1 and state = $2`,
          [id, state],
        ),
        { code: '23001' },
      )
    })
  }

  test('one card token is one attempt on a session', async () => {
    const [id, other] = [await session(), await session()]
    const card_token_hash = randomBytes(32)
    await transaction({ checkout_session_id: id, state: 'declined', card_token_hash })
    await assert.rejects(transaction({ checkout_session_id: id, card_token_hash }), {
      ...TAKEN,
      constraint: 'transaction_one_per_token',
    })
    await transaction({ checkout_session_id: id })
    await transaction({ checkout_session_id: other, card_token_hash })
  })

  test('one payment of the acquirer is one transaction', async () => {
    await transaction({ acquirer_ref: 'pay_1' })
    await transaction({ acquirer_ref: 'pay_2' })
    await assert.rejects(transaction({ acquirer_ref: 'pay_1' }), TAKEN)
  })

  const fixed = [
    'amount = 1',
    "currency = 'EUR'",
    'fee_bps = 0',
    'fee_amount = 0',
    'spread_bps = 100',
    "payout_currency = 'ETH'",
    "payout_network = 'base'",
    "payout_address = '0x2'",
    "checkout_session_id = 'cs_other'",
    'payout_amount = 1',
    "captured_at = '2026-02-01T00:00:00Z'",
    'paid_out_at = null',
    "acquirer_ref = 'pay_other'",
    `metadata = '{"a":"b"}'`,
    "card_token_hash = ''",
  ]
  for (const set of fixed) {
    test(`keeps what it was made of: ${set}`, async () => {
      const id = await transaction({ state: 'paid_out', acquirer_ref: `pay_of_${next()}`, ...DONE })
      await assert.rejects(update('transaction', id, set), FIXED)
      await update('transaction', id, "state = 'refunded', amount_refunded = 4999, tries = 1")
    })
  }

  test('what is learned later is set once, from nothing', async () => {
    const id = await transaction()
    await update('transaction', id, "acquirer_ref = 'pay_late', payout_amount = 42490000")
    await assert.rejects(update('transaction', id, 'payout_amount = 42490001'), FIXED)
  })

  test('status follows state and cannot be written', async () => {
    const table = {
      authorizing: 'pending',
      authorized: 'pending',
      capturing: 'pending',
      voiding: 'pending',
      captured: 'processing',
      paid_out: 'completed',
      refunded: 'refunded',
      declined: 'failed',
      voided: 'failed',
    }
    for (const [state, status] of Object.entries(table)) {
      const id = await transaction({ state, ...DONE })
      const { rows } = await db.query('select status from transaction where id = $1', [id])
      assert.deepEqual(rows, [{ status }], state)
    }
    const id = await transaction()
    await assert.rejects(update('transaction', id, "status = 'completed'"), GENERATED)
    await assert.rejects(transaction({ status: 'completed' }), GENERATED)
  })

  const bad: Record<string, unknown>[] = [
    { amount: 0n, fee_amount: 0n },
    { fee_amount: 5000n },
    { fee_amount: -1n },
    { fee_bps: 10_001 },
    { spread_bps: -1 },
    { amount_refunded: 5000n },
    { payout_amount: 0n },
    { card_last_four: '4242424242424242' },
    { state: 'paid' },
    { state: 'captured' },
    { state: 'captured', payout_amount: 1n },
    { state: 'paid_out', payout_amount: 1n, captured_at: '2026-01-01T00:10:00Z' },
  ]
  for (const change of bad) {
    test(`refuses ${Object.entries(change).join(' ')}`, async () => {
      await assert.rejects(transaction(change), BROKEN_RULE)
    })
  }

  test('charges a session of its own merchant and mode', async () => {
    const id = await session()
    await assert.rejects(transaction({ checkout_session_id: id, merchant_id: 'mer_2' }), NO_SUCH_ROW)
    await assert.rejects(transaction({ checkout_session_id: id, livemode: true }), NO_SUCH_ROW)
    await transaction({ checkout_session_id: id })
  })
})
