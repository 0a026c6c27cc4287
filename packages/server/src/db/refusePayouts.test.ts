import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  BROKEN_RULE,
  FIXED,
  GENERATED,
  NO_SUCH_ROW,
  TAKEN,
  rowsDatabase,
} from '../../../../test/support/rows.ts'

const { db, payout, batch, batched, reserved, transaction, update: updateRow, drop } = await rowsDatabase()
after(drop)

const update = (id: string, set: string) => updateRow('payout', id, set)

describe('payout', () => {
  const live = ['queued', 'held', 'reserved', 'signed', 'broadcast', 'mined', 'final']
  for (const [index, state] of live.entries()) {
    test(`a transaction has no second payout while the first is ${state}`, async () => {
      const transaction_id = await transaction()
      const place = ['queued', 'held'].includes(state) ? {} : { batch_id: await batch(100n + BigInt(index)) }
      const first = {
        transaction_id,
        state,
        hold_reason: 'x',
        completed_at: '2026-01-01T00:00:00Z',
        ...place,
      }
      await payout(first)
      await assert.rejects(payout({ transaction_id }), { ...TAKEN, constraint: 'payout_one_live' })
    })
  }

  test('a transaction may be paid out anew after proof that the first did not pay', async () => {
    const transaction_id = await transaction()
    const { id: retry_of, batch_id } = await batched(200n, { transaction_id, state: 'failed' }, 'broadcast')
    const again = { transaction_id, retry_of }
    await assert.rejects(payout({ transaction_id }), FIXED, 'without saying which')
    await assert.rejects(payout(again), FIXED, 'its batch may still pay')
    await updateRow('payout_batch', batch_id, "state = 'final', ended_at = now(), fee = 0")
    await assert.rejects(payout(again), FIXED, 'nobody says what it did')
    await db.query(`update batch_payment set outcome = 'failed' where batch_id = $1`, [batch_id])
    for (const change of [{ amount: 1n }, { address: '0x2' }, { transaction_id: await transaction() }])
      await assert.rejects(payout({ ...again, ...change }), FIXED)
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => payout(again)))
    assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
    await assert.rejects(payout(again), TAKEN)
    await assert.rejects(
      db.query(`update payout set retry_of = null where transaction_id = $1`, [transaction_id]),
      FIXED,
    )
    // Nor can the failed one come back beside it.
    await assert.rejects(
      db.query(`update payout set state = 'broadcast' where transaction_id = $1 and state = 'failed'`, [
        transaction_id,
      ]),
      { code: '23001' },
    )
  })

  test('a payment that was made is not tried again', async () => {
    const transaction_id = await transaction()
    const { id, batch_id } = await batched(201n, { transaction_id, state: 'failed' }, 'final')
    await db.query(`update batch_payment set outcome = 'paid' where batch_id = $1`, [batch_id])
    await assert.rejects(payout({ transaction_id, retry_of: id }), FIXED)
  })

  test('a transaction goes on from a failed payout to its retry, and to no other', async () => {
    const id = await transaction()
    const { id: failed, batch_id } = await batched(202n, { transaction_id: id, state: 'failed' }, 'final')
    const show = (payout_id: string) => updateRow('transaction', id, `payout_id = '${payout_id}'`)
    await show(failed)
    await assert.rejects(show('po_other'), FIXED)
    await db.query(`update batch_payment set outcome = 'failed' where batch_id = $1`, [batch_id])
    const retry = await payout({ transaction_id: id, retry_of: failed })
    await show(retry)
    await assert.rejects(show(failed), FIXED)
    await assert.rejects(updateRow('transaction', id, 'amount = 1'), FIXED)
  })

  const fixed = [
    'amount = 1',
    "asset = 'USDC'",
    "network = 'base'",
    "address = '0x2'",
    "transaction_id = 'txn_other'",
    'batch_id = null',
    "batch_id = null, state = 'queued'",
    "sent_at = '2027-01-01T00:00:00Z'",
    'completed_at = null',
  ]
  for (const [index, set] of fixed.entries()) {
    test(`keeps what it was made of: ${set}`, async () => {
      const id = await reserved(300n + BigInt(index), {
        state: 'broadcast',
        sent_at: '2026-01-01T00:00:00Z',
        completed_at: '2026-01-01T00:00:00Z',
      })
      await assert.rejects(update(id, set), FIXED)
      await update(id, "state = 'mined'")
    })
  }

  test('is in a batch exactly while it does not wait', async () => {
    const id = await payout()
    const [first, second] = [await batch(500n), await batch(501n)]
    await assert.rejects(update(id, "state = 'reserved'"), BROKEN_RULE)
    await assert.rejects(update(id, `batch_id = '${first}'`), BROKEN_RULE)
    await assert.rejects(update(id, "state = 'reserved', batch_id = 'pb_none'"), NO_SUCH_ROW)
    await update(id, `state = 'reserved', batch_id = '${first}'`)
    await assert.rejects(update(id, `batch_id = '${second}'`), FIXED)
  })

  test('goes back to the queue only when its batch was cancelled', async () => {
    for (const [nonce, state] of [
      [510n, 'broadcast'],
      [511n, 'mined'],
      [512n, 'final'],
    ] as const) {
      const { id, batch_id } = await batched(nonce, { state: 'broadcast' }, state)
      await assert.rejects(update(id, "state = 'queued', batch_id = null"), FIXED, state)
      await assert.rejects(updateRow('payout_batch', batch_id, "state = 'reserved'"), FIXED)
    }
    const { id } = await batched(513n, { state: 'broadcast' }, 'cancelled')
    await update(id, "state = 'queued', batch_id = null")
  })

  test('status follows state and cannot be written', async () => {
    const table = {
      reserved: 'pending',
      signed: 'pending',
      broadcast: 'sent',
      mined: 'sent',
      final: 'completed',
      failed: 'failed',
    }
    let nonce = 600n
    const status = async (id: string) =>
      (await db.query('select status from payout where id = $1', [id])).rows
    for (const [state, expected] of Object.entries(table)) {
      const id = await reserved(nonce++, { state, completed_at: '2026-01-01T00:00:00Z' })
      assert.deepEqual(await status(id), [{ status: expected }], state)
    }
    const id = await payout()
    assert.deepEqual(await status(id), [{ status: 'pending' }])
    await update(id, "state = 'held', hold_reason = 'x'")
    assert.deepEqual(await status(id), [{ status: 'held' }])
    await assert.rejects(update(id, "status = 'completed'"), GENERATED)
  })

  test('refuses impossible rows', async () => {
    await assert.rejects(payout({ amount: 0n }), BROKEN_RULE)
    await assert.rejects(payout({ amount: -1n }), BROKEN_RULE)
    await assert.rejects(payout({ state: 'held' }), BROKEN_RULE)
    await assert.rejects(payout({ state: 'paid' }), BROKEN_RULE)
    await assert.rejects(reserved(700n, { state: 'final' }), BROKEN_RULE)
    await assert.rejects(payout({ transaction_id: 'txn_none' }), NO_SUCH_ROW)
  })
})
