import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction } from '../db/sql.ts'
import { type WalletKey, findWallet, holdWallet, registerWallet, takeNonce } from './treasuryStore.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const wallet = (address: string, livemode = false): WalletKey => ({ livemode, network: 'ethereum', address })
const take = (key: WalletKey) => inTransaction(db, (tx) => takeNonce(tx, key))

describe('nonces are handed out here', () => {
  test('one by one from the first, 30 at once without gap or double', async () => {
    const key = wallet('0x1')
    await registerWallet(db, key, 7n)
    const taken = await Promise.all(Array.from({ length: 30 }, () => take(key)))
    assert.deepEqual(
      taken.map(Number).toSorted((a, b) => a - b),
      Array.from({ length: 30 }, (_, index) => 7 + index),
    )
    assert.equal((await findWallet(db, key))?.next_nonce, 37n)
  })

  test('a transaction that rolls back gives its nonce back', async () => {
    const key = wallet('0x2')
    await registerWallet(db, key, 0n)
    const lost = inTransaction(db, async (tx) => {
      assert.equal(await takeNonce(tx, key), 0n)
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    assert.equal(await take(key), 0n)
  })

  test('a wallet that is known keeps its own count, whatever the chain says later', async () => {
    const key = wallet('0x3')
    await registerWallet(db, key, 5n)
    await take(key)
    for (const claim of [0n, 5n, 99n]) await registerWallet(db, key, claim)
    assert.equal(await take(key), 6n)
  })

  test('a wallet on hold gives none, and the first reason stands', async () => {
    const key = wallet('0x4')
    await registerWallet(db, key, 0n)
    await holdWallet(db, key, 'first')
    await holdWallet(db, key, 'second')
    assert.equal(await take(key), null)
    const found = await findWallet(db, key)
    assert.deepEqual([found?.hold_reason, found?.next_nonce], ['first', 0n])
  })

  test('modes, networks and unknown wallets do not meet', async () => {
    const key = wallet('0x5')
    await registerWallet(db, key, 0n)
    await registerWallet(db, wallet('0x5', true), 100n)
    assert.deepEqual([await take(key), await take(wallet('0x5', true))], [0n, 100n])
    assert.equal(await take({ ...key, network: 'base' }), null)
    assert.equal(await findWallet(db, wallet('0xnone')), null)
  })
})
