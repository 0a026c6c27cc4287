import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BROKEN_RULE, FIXED, rowsDatabase, TAKEN } from '../../../../test/support/rows.ts'

const { db, insert, next, payout, transaction, update, drop } = await rowsDatabase()
after(drop)

const signing = async (change: object = {}) => {
  const n = next()
  const row = {
    livemode: false,
    order_id: `po_${n}`,
    network: 'ethereum',
    wallet: '0x04',
    anchor: `nonce:${n}`,
  }
  await insert('signing', { ...row, payments: 'hash', amount: 1n, fee: 1n, ...change })
  return row
}

describe('what was signed', () => {
  test('is one order with one nonce, for ever', async () => {
    const { order_id, anchor } = await signing()
    await assert.rejects(signing({ order_id }), TAKEN)
    await assert.rejects(signing({ anchor }), TAKEN)
    for (const set of [`payments = 'other'`, `anchor = 'nonce:0'`, `wallet = '0x05'`, 'amount = 2'])
      await assert.rejects(db.query(`update signing set ${set} where order_id = $1`, [order_id]), FIXED)
    await assert.rejects(db.query('delete from signing where order_id = $1', [order_id]), FIXED)
    await assert.rejects(db.query('truncate signing'), FIXED)
  })
})

describe('who vouches for an address', () => {
  test('is written once', async () => {
    const mac = `'\\x${'ab'.repeat(32)}'`
    const rows = [
      ['payout', await payout({})],
      ['transaction', await transaction({})],
    ] as const
    for (const [table, id] of rows) {
      await assert.rejects(update(table, id, `payout_address_mac = '\\xab'`), BROKEN_RULE)
      await update(table, id, `payout_address_mac = ${mac}`)
      for (const other of ['null', `'\\x${'cd'.repeat(32)}'`])
        await assert.rejects(update(table, id, `payout_address_mac = ${other}`), FIXED)
    }
  })

  test('an address that waits is whole or not there', async () => {
    const wallet = {
      merchant_id: 'mer_1',
      livemode: false,
      asset: 'USDT',
      network: 'ethereum',
      address: '0x1',
    }
    await insert('wallet', wallet)
    for (const set of [`next_address = '0x2'`, 'effective_at = now()', `next_mac = '\\x${'ab'.repeat(32)}'`])
      await assert.rejects(db.query(`update wallet set ${set} where merchant_id = 'mer_1'`), BROKEN_RULE)
  })
})
