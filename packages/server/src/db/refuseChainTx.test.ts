import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  BROKEN_RULE,
  FIXED,
  HOT_WALLET,
  NO_SUCH_ROW,
  TAKEN,
  rowsDatabase,
} from '../../../../test/support/rows.ts'

const { db, insert, payout, reserved, drop } = await rowsDatabase()
after(drop)

const chainTx = async (payout_id: string, nonce: bigint, change: Record<string, unknown> = {}) =>
  insert('chain_tx', {
    livemode: false,
    network: 'ethereum',
    wallet_address: HOT_WALLET,
    nonce,
    version: 1,
    merchant_id: 'mer_1',
    payout_id,
    asset: 'USDT',
    address: '0x1',
    amount: 42_490_000n,
    intent: '{}',
    ...change,
  })

const updateTx = (id: string, set: string) =>
  db.query(`update chain_tx set ${set} where payout_id = $1`, [id])

describe('chain_tx', () => {
  test('pays the payout’s address and amount with its nonce, in every version', async () => {
    const id = await reserved(800n)
    await chainTx(id, 800n)
    await chainTx(id, 800n, { version: 2 })
    const wrong: Record<string, unknown>[] = [
      { address: '0x2' },
      { amount: 42_490_001n },
      { asset: 'USDC' },
      { nonce: 801n },
      { wallet_address: '0xother' },
      { network: 'base' },
      { payout_id: await reserved(802n) },
      { livemode: true },
      { merchant_id: 'mer_2' },
    ]
    for (const change of wrong) {
      await assert.rejects(
        chainTx(id, 800n, { version: 3, ...change }),
        NO_SUCH_ROW,
        Object.keys(change).join(),
      )
    }
    await chainTx(id, 800n, { version: 3 })
    await assert.rejects(chainTx(id, 800n, { version: 3 }), TAKEN)
    await assert.rejects(chainTx(id, 800n, { version: 0 }), BROKEN_RULE)
  })

  test('its payout has a nonce first', async () => {
    await assert.rejects(chainTx(await payout(), 810n), NO_SUCH_ROW)
  })

  test('signed bytes are stored once and never changed', async () => {
    const id = await reserved(820n)
    await chainTx(id, 820n)
    await assert.rejects(updateTx(id, "raw = '0xaa'"), BROKEN_RULE)
    await assert.rejects(updateTx(id, "hash = '0xbb'"), BROKEN_RULE)
    await updateTx(id, "raw = '0xaa', hash = '0xbb'")
    for (const set of [
      "raw = '0xcc'",
      "hash = '0xdd'",
      'raw = null, hash = null',
      `intent = '{"a":1}'`,
      'version = 9',
    ]) {
      await assert.rejects(updateTx(id, set), FIXED, set)
    }
    await updateTx(id, 'broadcast_at = now()')
    await assert.rejects(updateTx(id, "broadcast_at = now() + interval '1 second'"), FIXED)
  })

  test('one hash is one transaction', async () => {
    const [first, second] = [await reserved(830n), await reserved(831n)]
    await chainTx(first, 830n, { raw: '0x1', hash: '0xsame' })
    await assert.rejects(chainTx(second, 831n, { raw: '0x1', hash: '0xsame' }), TAKEN)
    await chainTx(second, 831n, { raw: '0x2', hash: '0xnew' })
  })

  test('nothing is sent before its bytes are stored', async () => {
    const id = await reserved(840n)
    await chainTx(id, 840n)
    await assert.rejects(updateTx(id, 'broadcast_at = now()'), BROKEN_RULE)
    await updateTx(id, "raw = '0x3', hash = '0x33', broadcast_at = now()")
  })

  test('is never deleted, nor is its payout', async () => {
    const id = await reserved(850n)
    await chainTx(id, 850n)
    await assert.rejects(db.query('delete from chain_tx where payout_id = $1', [id]), FIXED)
    await assert.rejects(db.query('delete from payout where id = $1', [id]), NO_SUCH_ROW)
  })

  test('is not emptied either', async () => {
    await assert.rejects(db.query('truncate chain_tx'), FIXED)
  })
})
