import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query(`insert into merchant (id, name, email) values ('mer_1', 'a', 'a@b.co')`)
await db.query(
  `insert into treasury_wallet (livemode, network, address, next_nonce) values
     (false, 'ethereum', '0xhot', 0), (false, 'ethereum', '0xother', 0), (false, 'base', '0xhot', 0)`,
)

const BROKEN_RULE = { code: '23514' }
const NO_SUCH_ROW = { code: '23503' }
const TAKEN = { code: '23505' }
const FIXED = { code: '23001' }
const WALLET = '0xhot'

let serial = 0

async function insert(table: string, row: Record<string, unknown>): Promise<string> {
  const names = Object.keys(row)
  const slots = names.map((_, index) => `$${index + 1}`)
  await db.query(`insert into ${table} (${names.join()}) values (${slots.join()})`, Object.values(row))
  return String(row.id)
}

async function transaction(): Promise<string> {
  const id = ++serial
  await db.query(
    `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
     values ('mer_1', false, $1, 4999, 'USD', 'USDT', now() + interval '1 hour')`,
    [`cs_${id}`],
  )
  await db.query(
    `insert into transaction (merchant_id, livemode, id, checkout_session_id, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
     values ('mer_1', false, $1, $2, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1', 'simulator',
       decode(md5($1), 'hex'), '{}')`,
    [`txn_${id}`, `cs_${id}`],
  )
  return `txn_${id}`
}

const payout = async (change: Record<string, unknown> = {}) =>
  insert('payout', {
    merchant_id: 'mer_1',
    livemode: false,
    id: `po_${++serial}`,
    transaction_id: change.transaction_id ?? (await transaction()),
    amount: 42_490_000n,
    asset: 'USDT',
    network: 'ethereum',
    address: '0x1',
    metadata: '{}',
    ...change,
  })

/** A payout that has its nonce. */
const reserved = (nonce: bigint, change: Record<string, unknown> = {}) =>
  payout({ state: 'reserved', wallet_address: WALLET, nonce, ...change })

const chainTx = async (payout_id: string, nonce: bigint, change: Record<string, unknown> = {}) =>
  insert('chain_tx', {
    livemode: false,
    network: 'ethereum',
    wallet_address: WALLET,
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
