/** What a restored or copied database is compared with, each alone, against a world that a test moves on without it. */
import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { gatewayContext } from '../../../../test/support/gatewayContext.ts'
import {
  type Outside,
  portsOf,
  settledPayments,
  snapshot,
  WALLET,
} from '../../../../test/support/settledPayments.ts'
import type { Chain } from '../adapters/chain.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import { payoutPorts } from '../wiring.ts'
import { compareWithWorld } from './guard.ts'
import { modeHold, readIdentity, releaseMode } from './guardStore.ts'
import { readWallet } from './treasury.ts'
import { findWallet, releaseWallet, takeNonce } from './treasuryStore.ts'

const { ctx: base, close } = await gatewayContext()
after(close)
const { db } = base
const { outside: clean, made } = await settledPayments(db, 20)
const ETHEREUM = { livemode: false, network: 'ethereum', address: WALLET }
const BITCOIN = { livemode: false, network: 'bitcoin', address: 'bc1hot' }

let outside: Outside
let ctx: Context
/** Of the Bitcoin node. */
let block = 100n
beforeEach(async () => {
  outside = { ...clean, payments: new Map(clean.payments) }
  block = 100n
  const { acquirer, chains } = portsOf(outside)
  const bitcoin = chains.get('bitcoin')
  const probe = async () => ({ block_number: block, block_time: 0, fuel: { coin: 'BTC', amount: 0n } })
  const all = new Map([...chains, ['bitcoin', { ...bitcoin, probe } as unknown as Chain]])
  ctx = {
    ...base,
    modes: {
      test: { acquirer, chains: all, signer: null as never, exchange: null, rates: null as never },
      live: null,
    },
  }
  await releaseMode(db, false, await readIdentity(db))
  await releaseWallet(db, ETHEREUM, 0n)
  await releaseWallet(db, BITCOIN, 0n)
})

const look = () => compareWithWorld(ctx, payoutPorts(ctx))
const hold = async (key = ETHEREUM) => (await findWallet(db, key))?.hold_reason ?? null

describe('the mode', () => {
  test('is not held while the world is as it was left, however often it is looked at', async () => {
    for (let n = 0; n < 3; n++) await look()
    assert.deepEqual([await modeHold(db, false), await hold(), await hold(BITCOIN)], [null, null, null])
  })

  test('is held when the database is a copy, gives no nonce then, and pays again when a person says so', async () => {
    await look()
    await db.query(`update payout_guard set database_oid = 1`)
    await look()
    assert.match((await modeHold(db, false)) ?? '', /is a copy/)
    assert.match((await hold()) ?? '', /is a copy/)
    assert.equal(await inTransaction(db, (tx) => takeNonce(tx, ETHEREUM)), null)
    await releaseMode(db, false, await readIdentity(db))
    await look()
    assert.equal(await modeHold(db, false), null)
  })

  test('of another cluster too; where the cluster may not be read, the database alone counts', async () => {
    await db.query(`update payout_guard set system_identifier = '1'`)
    await look()
    assert.match((await modeHold(db, false)) ?? '', /is a copy/)
    await releaseMode(db, false, { ...(await readIdentity(db)), system_identifier: null })
    await look()
    assert.equal(await modeHold(db, false), null)
  })

  test('is held by a capture that is not here, once; not by somebody else’s or by one under way', async () => {
    outside.payments.set('foreign', snapshot('foreign', 'ORDER-7'))
    outside.payments.set(
      'open',
      snapshot('open', newId('transaction'), { captured: 0n, state: 'authorized' }),
    )
    await look()
    assert.equal(await modeHold(db, false), null)
    outside.payments.set('lost', snapshot('lost', newId('transaction')))
    await look()
    assert.match((await modeHold(db, false)) ?? '', /acquirer has captured 1 payments .*: lost/)
  })

  test('is held by a capture that was not asked for here', async () => {
    const [one] = made
    const set = (state: string) =>
      db.query(
        `begin; set local session_replication_role = 'replica';
         update transaction set state = '${state}' where id = '${one?.txn}'; commit`,
      )
    await set('capturing')
    await look()
    assert.equal(await modeHold(db, false), null)
    await set('authorized')
    await look()
    assert.match((await modeHold(db, false)) ?? '', /acquirer has captured 1 payments/)
    await set('paid_out')
  })
})

describe('a wallet with nonces', () => {
  test('is held when the pool has one more than were handed out, also while the mode is held', async () => {
    await db.query(`update payout_guard set hold_reason = 'x'`)
    outside.announced += 1n
    await look()
    await releaseMode(db, false, await readIdentity(db))
    assert.match((await hold()) ?? '', /the network waits to run 21 nonces, this database handed out 20/)
  })

  test('that the chain knows before we do waits for a person; one without a history pays at once', async () => {
    const [chain] = portsOf(outside).chains.values()
    assert.ok(chain)
    const seen = await readWallet(ctx, { ...chain, walletAddress: async () => '0xold' }, false)
    assert.match(seen.hold_reason ?? '', /for the first time, and the chain knows 20 transactions/)
    await releaseWallet(db, { ...ETHEREUM, address: '0xold' }, 20n)
    const again = await readWallet(ctx, { ...chain, walletAddress: async () => '0xold' }, false)
    assert.deepEqual([again.hold_reason, again.next_nonce], [null, 20n])
    Object.assign(outside, { used: 0n, announced: 0n })
    const fresh = await readWallet(ctx, { ...chain, walletAddress: async () => '0xnew' }, false)
    assert.deepEqual([fresh.hold_reason, fresh.next_nonce], [null, 0n])
  })

  test('writes down, when it is released, which nonces were a stranger’s', async () => {
    outside.used += 2n
    outside.announced += 2n
    await look()
    assert.match((await hold()) ?? '', /has consumed 22 nonces, this database handed out 20/)
    await releaseWallet(db, ETHEREUM, 22n)
    const { rows } = await db.query(
      `select first_nonce, next_nonce from wallet_skip where address = $1 and network = 'ethereum'`,
      [WALLET],
    )
    assert.deepEqual(rows, [{ first_nonce: 20n, next_nonce: 22n }])
    await look()
    assert.equal(await hold(), null)
  })
})

describe('a wallet with coins', () => {
  const coin = { outpoint: 'cc:0', amount: 5n }

  test('is held when a coin is gone that no batch took; one that was never final is not missed', async () => {
    outside.coins = [...clean.coins, { ...coin, is_final: false }]
    await look()
    outside.coins = clean.coins
    await look()
    assert.equal(await hold(BITCOIN), null)
    outside.coins = [...clean.coins, { ...coin, is_final: true }]
    await look()
    outside.coins = clean.coins
    await look()
    assert.match((await hold(BITCOIN)) ?? '', /coin cc:0 was spent by another transaction/)
  })

  test('is not held by a node that is behind', async () => {
    outside.coins = [{ outpoint: 'dd:0', amount: 5n, is_final: true }]
    await look()
    outside.coins = []
    block = 99n
    await look()
    assert.equal(await hold(BITCOIN), null)
    block = 100n
    await look()
    assert.match((await hold(BITCOIN)) ?? '', /coin dd:0/)
  })
})
