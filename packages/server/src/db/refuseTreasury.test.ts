import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { FIXED, rowsDatabase, TAKEN, BROKEN_RULE } from '../../../../test/support/rows.ts'

const { db, insert, drop } = await rowsDatabase()
after(drop)

let made = 0
async function order(change: Record<string, unknown> = {}): Promise<string> {
  made += 1
  const id = `to_${made}`
  await insert('treasury_order', {
    ...{ livemode: false, id, kind: 'refill', venue: 'kraken', client_id: `c${made}`, asset: 'USDT' },
    ...{ amount: 100 + made, network: `n${made}`, address: '0x1', withdraw_key: 'k', ...change },
  })
  return id
}
const update = (id: string, set: string) => db.query(`update treasury_order set ${set} where id = $1`, [id])
const SENT = `state = 'unknown', sent_at = date_trunc('milliseconds', now())`

describe('an order of the treasury', () => {
  test('never changes what it asks for', async () => {
    const id = await order()
    for (const set of [
      'amount = 1',
      `address = '0x2'`,
      `withdraw_key = 'x'`,
      `client_id = 'x'`,
      `asset = 'BTC'`,
    ])
      await assert.rejects(update(id, set), FIXED, set)
    await assert.rejects(db.query('delete from treasury_order where id = $1', [id]), FIXED)
  })

  test('is under way once for each wallet and each pair', async () => {
    await order({ network: 'one' })
    await assert.rejects(order({ network: 'one' }), TAKEN)
    const hedge = {
      kind: 'hedge',
      currency: 'USD',
      limit_price: 1,
      network: null,
      address: null,
      withdraw_key: null,
    }
    await order(hedge)
    await assert.rejects(order(hedge), TAKEN)
    await order({ ...hedge, currency: 'EUR' })
  })

  test('withdraws no amount a second time, also when the first has ended', async () => {
    const id = await order({ amount: 7777 })
    await update(id, `state = 'failed', ended_at = now()`)
    await assert.rejects(order({ amount: 7777 }), TAKEN)
  })

  test('is not sent without a date, not done without figures, and has no way back', async () => {
    const id = await order()
    await assert.rejects(update(id, `state = 'unknown'`), BROKEN_RULE)
    await assert.rejects(update(id, `state = 'done', ended_at = now()`), /cannot go from pending to done/)
    await update(id, SENT)
    await assert.rejects(update(id, `state = 'done', ended_at = now()`), BROKEN_RULE)
    await assert.rejects(update(id, `state = 'pending'`), BROKEN_RULE)
    await update(id, `state = 'done', ended_at = now(), filled = 96, fee = 4, fee_asset = 'USDT'`)
    for (const state of ['pending', 'unknown', 'accepted', 'manual', 'failed'])
      await assert.rejects(update(id, `state = '${state}'`), /cannot go from done/, state)
    await assert.rejects(update(id, 'filled = 100'), FIXED)
  })
})
