import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  BROKEN_RULE,
  FIXED,
  NO_SUCH_ROW,
  HOT_WALLET,
  TAKEN,
  rowsDatabase,
} from '../../../../test/support/rows.ts'

const { db, insert, payout, batch, line, batched, update, drop } = await rowsDatabase()
after(drop)

const PAYMENT = { asset: 'USDT', to: '0x1', amount: '42490000' }

const intent = (id: string, change: Record<string, unknown> = {}) =>
  JSON.stringify({ id, payments: [PAYMENT], fields: {}, coins: [], fee: '1', ...change })

const version = async (batch_id: string, nonce: bigint | null, change: Record<string, unknown> = {}) =>
  insert('chain_tx', {
    livemode: false,
    batch_id,
    version: 1,
    kind: 'pay',
    network: 'ethereum',
    wallet_address: HOT_WALLET,
    nonce,
    intent: intent(batch_id),
    ...change,
  })

const SENT = { raw: '0xaa', hash: '0xsent', broadcast_at: new Date() }

const updateTx = (id: string, set: string) => db.query(`update chain_tx set ${set} where batch_id = $1`, [id])

describe('a version of a batch', () => {
  test('pays exactly the payments of the batch, with its nonce, from its wallet', async () => {
    const { batch_id: id } = await batched(800n)
    await version(id, 800n, SENT)
    await version(id, 800n, { version: 2, ...SENT, hash: '0xsent2' })
    const wrong: Record<string, unknown>[] = [
      { nonce: 801n },
      { nonce: null },
      { wallet_address: '0xother' },
      { network: 'base' },
      ...[
        { payments: [{ ...PAYMENT, to: '0x2' }] },
        { payments: [{ ...PAYMENT, amount: '42490001' }] },
        { payments: [{ ...PAYMENT, asset: 'USDC' }] },
        { payments: [] },
        { payments: [PAYMENT, PAYMENT] },
        { payments: [{ ...PAYMENT, note: 'x' }] },
        { id: 'pb_other' },
        { coins: ['aa:0'] },
      ].map((change) => ({ intent: intent(id, change) })),
    ]
    for (const change of wrong) {
      await assert.rejects(version(id, 800n, { version: 3, ...change }), FIXED, JSON.stringify(change.intent))
    }
    await version(id, 800n, { version: 3 })
    await assert.rejects(version(id, 800n, { version: 3 }), TAKEN)
    await assert.rejects(version(id, 800n, { version: 0 }), BROKEN_RULE)
  })

  test('pays nobody when it cancels', async () => {
    const { batch_id: id } = await batched(810n)
    await assert.rejects(version(id, 810n, { kind: 'cancel' }), FIXED)
    await version(id, 810n, { kind: 'cancel', intent: intent(id, { payments: [] }) })
  })

  test('cannot be of a batch whose lines are not all there', async () => {
    const id = await batch(820n, { payments: 2 })
    await line(id, await payout())
    await assert.rejects(version(id, 820n), FIXED)
  })

  test('signed bytes are stored once and never changed', async () => {
    const { batch_id: id } = await batched(830n)
    await version(id, 830n)
    await assert.rejects(updateTx(id, "raw = '0xaa'"), BROKEN_RULE)
    await assert.rejects(updateTx(id, "hash = '0xbb'"), BROKEN_RULE)
    await assert.rejects(updateTx(id, 'broadcast_at = now()'), BROKEN_RULE)
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

  test('is made when the one before it was sent, or refused by the network, and not earlier', async () => {
    const { batch_id: id } = await batched(835n)
    await assert.rejects(version(id, 835n, { version: 2 }), FIXED)
    await version(id, 835n)
    await assert.rejects(version(id, 835n, { version: 2 }), FIXED)
    await assert.rejects(updateTx(id, 'refused_at = now()'), BROKEN_RULE)
    await updateTx(id, "raw = '0xaa', hash = '0xfirst'")
    await assert.rejects(version(id, 835n, { version: 2 }), FIXED)
    await updateTx(id, 'refused_at = now()')
    await assert.rejects(updateTx(id, "refused_at = now() + interval '1 second'"), FIXED)
    await assert.rejects(version(id, 835n, { version: 3 }), FIXED)
    await version(id, 835n, { version: 2, raw: '0xbb', hash: '0xsecond' })
    await assert.rejects(version(id, 835n, { version: 3 }), FIXED)
    await updateTx(id, 'broadcast_at = now()')
    await version(id, 835n, { version: 3 })
  })

  test('one hash is one transaction', async () => {
    const [first, second] = [await batched(840n), await batched(841n)]
    await version(first.batch_id, 840n, { raw: '0x1', hash: '0xsame' })
    await assert.rejects(version(second.batch_id, 841n, { raw: '0x1', hash: '0xsame' }), TAKEN)
  })

  test('spends only coins of its own batch', async () => {
    const { batch_id: id } = await batched(850n)
    const other = await batch(851n)
    const coin = (batch_id: string, outpoint: string) =>
      insert('batch_coin', { livemode: false, network: 'ethereum', outpoint, batch_id })
    await coin(id, 'aa:0')
    await coin(other, 'bb:1')
    await assert.rejects(coin(other, 'aa:0'), TAKEN)
    await assert.rejects(version(id, 850n, { intent: intent(id, { coins: ['aa:0', 'bb:1'] }) }), FIXED)
    await version(id, 850n, { intent: intent(id, { coins: ['aa:0'] }) })
    await assert.rejects(db.query(`delete from batch_coin where outpoint = 'aa:0'`), FIXED)
    await assert.rejects(db.query(`update batch_coin set batch_id = $1`, [other]), FIXED)
  })
})

describe('a batch', () => {
  test('one nonce of a wallet is one batch for life', async () => {
    await batch(900n)
    await batch(900n, { wallet_address: '0xother' })
    await batch(900n, { network: 'base' })
    await assert.rejects(batch(900n), TAKEN)
    await assert.rejects(batch(901n, { wallet_address: '0xunknown' }), NO_SUCH_ROW)
  })

  test('has a payout that no other batch has', async () => {
    const { id } = await batched(910n)
    await assert.rejects(line(await batch(911n), id), TAKEN)
  })

  test('lets go of a payout only when it was cancelled', async () => {
    const release = (batch_id: string) =>
      db.query(`update batch_payment set outcome = 'released' where batch_id = $1`, [batch_id])
    for (const [nonce, state] of [
      [920n, 'reserved'],
      [921n, 'broadcast'],
      [922n, 'final'],
    ] as const) {
      await assert.rejects(release((await batched(nonce, {}, state)).batch_id), FIXED, state)
    }
    const { id, batch_id } = await batched(923n, {}, 'cancelled')
    await release(batch_id)
    await line(await batch(924n), id)
  })

  test('pays the address and the amount of the payout', async () => {
    const id = await payout()
    const batch_id = await batch(930n)
    for (const change of [
      { address: '0x2' },
      { amount: 42_490_001n },
      { asset: 'USDC' },
      { network: 'base' },
      { merchant_id: 'mer_2' },
      { livemode: true },
    ]) {
      await assert.rejects(line(batch_id, id, change), NO_SUCH_ROW, JSON.stringify(Object.keys(change)))
    }
  })

  test('keeps what it was made of', async () => {
    const { batch_id } = await batched(940n)
    for (const set of [
      'nonce = 941',
      'total = 1',
      'payments = 2',
      "asset = 'USDC'",
      "wallet_address = '0xother'",
    ]) {
      await assert.rejects(update('payout_batch', batch_id, set), FIXED, set)
    }
    for (const set of ["address = '0x2'", 'amount = 1', 'line = 3', "payout_id = 'po_other'"]) {
      await assert.rejects(
        db.query(`update batch_payment set ${set} where batch_id = $1`, [batch_id]),
        FIXED,
        set,
      )
    }
  })

  test('ends only from the chain, and for good', async () => {
    const { batch_id } = await batched(950n)
    const end = 'ended_at = now(), fee = 1'
    await assert.rejects(update('payout_batch', batch_id, `state = 'final', ${end}`), FIXED)
    await update('payout_batch', batch_id, "state = 'signed'")
    await update('payout_batch', batch_id, "state = 'broadcast'")
    await assert.rejects(update('payout_batch', batch_id, "state = 'final'"), BROKEN_RULE)
    await update('payout_batch', batch_id, `state = 'final', ${end}`)
    for (const state of ['broadcast', 'cancelled', 'mined'])
      await assert.rejects(
        update('payout_batch', batch_id, `state = '${state}'`),
        (error: { code: string }) => [FIXED.code, BROKEN_RULE.code].includes(error.code),
      )
  })

  test('is never deleted, nor are its lines, versions and payouts', async () => {
    const { id, batch_id } = await batched(960n)
    await version(batch_id, 960n)
    for (const table of ['chain_tx', 'batch_payment'])
      await assert.rejects(db.query(`delete from ${table} where batch_id = $1`, [batch_id]), FIXED, table)
    await assert.rejects(db.query('delete from payout_batch where id = $1', [batch_id]), FIXED)
    await assert.rejects(db.query('delete from payout where id = $1', [id]), NO_SUCH_ROW)
    for (const table of ['chain_tx', 'batch_payment', 'batch_coin'])
      await assert.rejects(db.query(`truncate ${table}`), FIXED, table)
  })
})
