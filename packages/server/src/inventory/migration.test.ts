/** A gateway that is updated while payouts are owed: what they need is promised from the first moment. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { olderDatabase } from '../../../../test/support/olderDatabase.ts'
import { migrate } from '../db/migrate.ts'
import { listInventory } from './store.ts'

const { db, drop } = await olderDatabase('0007')
after(drop)

test('payments that are captured or nearly so are reserved by the migration, others are not', async () => {
  await db.query(`insert into merchant (id, name, email) values ('mer_1', 'a', 'a@b.co')`)
  const states = ['authorized', 'capturing', 'captured', 'paid_out', 'voided']
  for (const [index, state] of states.entries()) {
    const done = state === 'captured' || state === 'paid_out'
    await db.query(
      `with s as (
           insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
           values ('mer_1', false, 'cs_' || $1, 100, 'USD', 'USDT', now() + interval '1 hour')),
         t as (
           insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps,
             fee_amount, spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata,
             payout_amount, captured_at, paid_out_at)
           values ('mer_1', false, 'txn_' || $1, 'cs_' || $1, $1, 100, 'USD', 0, 0, 0, 'USDT', 'base', '0x1', 'simulator',
             '\\x00', '{}', case when $3 then $2::numeric end, case when $3 then now() end, case when $3 then now() end))
         insert into conversion (merchant_id, livemode, id, transaction_id, gross, currency, fee, spread, remainder,
           payout_value, payout_amount, payout_currency, rate, mid_rate, receipt)
         select 'mer_1', false, 'conv_' || $1, 'txn_' || $1, 100, 'USD', 0, 0, 0, 100, $2, 'USDT', 1, 1, '{}'
         where $1 <> 'authorized'`,
      [state, 10n ** BigInt(index), done],
    )
  }
  await migrate(db)

  const [pot, ...others] = await listInventory(db, { margin_bps: 0 })
  assert.deepEqual(others, [])
  assert.deepEqual([pot?.network, pot?.asset, pot?.promised, pot?.read_at], ['base', 'USDT', 110n, null])
  const { rows } = await db.query(
    'select id, transaction_id, amount, state from inventory_reservation order by amount',
  )
  assert.deepEqual(rows, [
    { id: 'inv_capturing', transaction_id: 'txn_capturing', amount: 10n, state: 'reserved' },
    { id: 'inv_captured', transaction_id: 'txn_captured', amount: 100n, state: 'reserved' },
  ])
})
