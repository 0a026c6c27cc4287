/** A database of the version before, with payouts in every state, becomes one with batches. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { olderDatabase } from '../../../../test/support/olderDatabase.ts'
import { migrate } from '../db/migrate.ts'
import { inTransaction } from '../db/sql.ts'
import { batchOf, findBatch, leaseBatch } from './batchStore.ts'
import { versionsOf } from './chainTxStore.ts'
import { findPayout } from './store.ts'
import { waitingPools } from './waitingStore.ts'

const { db, drop } = await olderDatabase('0009')
after(drop)

const STATES = ['queued', 'held', 'reserved', 'signed', 'broadcast', 'mined', 'final', 'failed']
const refOf = (n: number) => ({ merchant_id: 'mer_old', livemode: false, id: `po_${n}` })

before(async () => {
  await db.query(
    `insert into merchant (id, name, email) values ('mer_old', 'a', 'a@b.co');
     insert into treasury_wallet (livemode, network, address, next_nonce) values (false, 'ethereum', '0xhot', 8)`,
  )
  for (const [n, state] of STATES.entries()) {
    await db.query(
      `with s as (
         insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
         values ('mer_old', false, 'cs_' || $1, 4999, 'USD', 'USDT', now() + interval '1 hour')),
       t as (
         insert into transaction (merchant_id, livemode, id, checkout_session_id, amount, currency, fee_bps, fee_amount,
           spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
         values ('mer_old', false, 'txn_' || $1, 'cs_' || $1, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1',
           'simulator', decode(md5($1), 'hex'), '{}'))
       insert into payout (merchant_id, livemode, id, transaction_id, state, amount, asset, network, address, metadata,
         wallet_address, nonce, hold_reason, tx_hash, confirmations, completed_at)
       values ('mer_old', false, 'po_' || $1, 'txn_' || $1, $2, 42490000, 'USDT', 'ethereum', '0x1', '{}',
         case when $3 then '0xhot' end, case when $3 then $1::int end, case when $2 = 'held' then 'wallet_on_hold' end,
         case when $3 then '0xhash' || $1 end, case when $2 in ('mined', 'final') then 3 else 0 end,
         case when $2 = 'final' then now() end)`,
      [String(n), state, n >= 2],
    )
    if (n < 2) continue
    await db.query(
      `insert into chain_tx (livemode, network, wallet_address, nonce, version, merchant_id, payout_id, asset, address,
         amount, intent, raw, hash, broadcast_at)
       values (false, 'ethereum', '0xhot', $1::int, 1, 'mer_old', 'po_' || $1, 'USDT', '0x1', 42490000,
         '{"asset":"USDT","to":"0x1","amount":"42490000","fields":{"gas":"1"}}', $2, $3,
         case when $4 then now() end)`,
      [String(n), n >= 3 ? `0xraw${n}` : null, n >= 3 ? `0xhash${n}` : null, n >= 4],
    )
  }
})

test('each payout with a nonce is a batch of one, with its nonce, its bytes and its state', async () => {
  await migrate(db)
  for (const [n, state] of STATES.entries()) {
    const payout = await findPayout(db, refOf(n))
    assert.equal(payout?.state, state)
    const ref = await batchOf(db, refOf(n))
    if (n < 2) {
      assert.equal(ref, null)
      continue
    }
    assert.ok(ref)
    const batch = await findBatch(db, ref)
    assert.deepEqual(
      [batch?.nonce, batch?.wallet_address, batch?.total, batch?.state],
      [BigInt(n), '0xhot', 42_490_000n, state === 'failed' ? 'final' : state],
    )
    const [version] = await versionsOf(db, ref)
    assert.deepEqual(version?.intent.payments, [{ asset: 'USDT', to: '0x1', amount: 42_490_000n }])
    assert.deepEqual([version.intent.fields, version.raw], [{ gas: '1' }, n >= 3 ? `0xraw${n}` : null])
    assert.deepEqual([payout.tx_hash, payout.confirmations], [`0xhash${n}`, n === 5 || n === 6 ? 3 : 0])
    assert.deepEqual(payout.attempts, n >= 4 ? [`0xhash${n}`] : [])
    assert.equal(await leaseBatch(db, ref, 10).then((row) => row !== null), n < 6, state)
  }
  assert.deepEqual(await waitingPools(db, 10), [{ livemode: false, network: 'ethereum', asset: 'USDT' }])
})

test('a version that was replaced without being sent counts as refused, and the next one is made in its turn', async () => {
  const old = await olderDatabase('0022')
  try {
    await inTransaction(old.db, async (tx) => {
      await tx.query(`set local session_replication_role = 'replica'`)
      await tx.query(
        `insert into chain_tx (livemode, batch_id, version, kind, network, wallet_address, nonce, intent, raw, hash,
           broadcast_at)
         select false, 'pb_old', n, 'pay', 'ethereum', '0xhot', 7, '{}', '0xraw' || n, '0xhash' || n,
           case when n = 2 then now() end
         from generate_series(1, 4) n`,
      )
    })
    await migrate(old.db)
    const { rows } = await old.db.query<{ version: number }>(
      'select version from chain_tx where refused_at is not null order by version',
    )
    // Of 2 it is known that it was sent, of 4 it is not known yet.
    assert.deepEqual(
      rows.map(({ version }) => version),
      [1, 3],
    )
  } finally {
    await old.drop()
  }
})
