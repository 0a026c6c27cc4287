import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Registry } from '@prometheus-io/client'
import { rowsDatabase } from '../../../../test/support/rows.ts'
import { openDb } from '../db/sql.ts'
import { createBacklogGauges } from './backlogGauges.ts'
import { readBacklog } from './backlogStore.ts'

const rows = await rowsDatabase()
const { db } = rows
after(() => rows.drop())

const LONG_AGO = '2026-01-01T00:00:00Z'

test('counts what is unfinished per state, with the age of the oldest, and nothing that is done', async () => {
  const done = { state: 'declined' }
  for (const change of [{}, { created_at: LONG_AGO }, { state: 'capturing' }, done, done])
    await rows.transaction(change)
  const held = { state: 'held', hold_reason: 'insufficient_treasury' }
  for (const change of [{}, {}, held]) await rows.payout(change)
  await rows.reserved(0n)
  await rows.transaction({ state: 'voiding', unknown_since: LONG_AGO })
  const backlog = await readBacklog(db)
  const waiting = (kind: string, state: string) =>
    backlog.find((one) => one.kind === kind && one.state === state)?.waiting
  // Each payout stands on a transaction of its own.
  assert.equal(waiting('transaction', 'authorizing'), 2 + 4)
  assert.equal(waiting('transaction', 'capturing'), 1)
  assert.equal(waiting('transaction', 'declined'), undefined)
  assert.equal(waiting('payout', 'pending'), 3)
  assert.equal(waiting('payout', 'held'), 1)
  const oldest = backlog.find((one) => one.kind === 'transaction' && one.state === 'authorizing')
  assert.ok((oldest?.oldest_seconds ?? 0) > 86_400)
  assert.equal(waiting('unknown', 'voiding'), 1)
  assert.equal(waiting('unknown', 'authorizing'), undefined)
  assert.ok((backlog.find(({ kind }) => kind === 'unknown')?.oldest_seconds ?? 0) > 86_400)
  const young = backlog.find((one) => one.kind === 'transaction' && one.state === 'capturing')
  assert.ok((young?.oldest_seconds ?? -1) >= 0 && (young?.oldest_seconds ?? 0) < 600)
})

test('reads indexes that hold nothing else, so that history costs nothing', async () => {
  const statements: string[] = []
  await readBacklog({
    query: (text) => {
      statements.push(text)
      return Promise.resolve({ rows: [], rowCount: 0 })
    },
  })
  assert.equal(statements.length, 1)
  await history(2000)
  const plan = await db.query<{ 'QUERY PLAN': string }>(`explain ${statements[0]}`)
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n')
  for (const index of [
    'transaction_unfinished',
    'transaction_unknown',
    'payout_unfinished',
    'webhook_delivery_due',
    'event_unpublished',
    'mail_pending',
  ]) {
    assert.match(text, new RegExp(`\\b${index}\\b`), text)
  }
  assert.doesNotMatch(text, /Seq Scan/)
})

test('every state has a series; without the database there are none, and no old numbers', async () => {
  const registry = new Registry()
  const gauges = createBacklogGauges(registry, db)
  await gauges.refresh()
  const text = await registry.metrics()
  assert.match(text, /^skiro_payouts_unfinished\{state="pending"\} 3$/m)
  assert.match(text, /^skiro_payouts_unfinished\{state="sent"\} 0$/m)
  assert.match(text, /^skiro_transactions_unfinished_oldest_seconds\{state="authorized"\} 0$/m)
  assert.match(text, /^skiro_transactions_unknown\{state="voiding"\} 1$/m)
  assert.match(text, /^skiro_transactions_unknown\{state="capturing"\} 0$/m)
  assert.match(text, /^skiro_webhook_deliveries_waiting\{state="pending"\} 0$/m)
  assert.match(text, /^skiro_mails_waiting\{state="pending"\} 0$/m)
  assert.match(text, /^skiro_database_up 1$/m)

  const nowhere = openDb('postgres://nobody@127.0.0.1:9/none', { max: 2 })
  const lost = new Registry()
  await createBacklogGauges(lost, nowhere).refresh()
  const without = await lost.metrics()
  assert.match(without, /^skiro_database_up 0$/m)
  assert.doesNotMatch(without, /^skiro_payouts_unfinished/m)
  await nowhere.pool.end()
})

test('those who look at the same time, or soon again, ask the database once', async () => {
  let asked = 0
  const gauges = createBacklogGauges(new Registry(), {
    query: (text, values) => {
      asked += 1
      return db.query(text, values)
    },
  })
  await Promise.all([gauges.refresh(), gauges.refresh(), gauges.refresh()])
  await gauges.refresh()
  assert.equal(asked, 1)
})

/** So many payments that are over: paid out, heard of, forgotten. */
async function history(payments: number): Promise<void> {
  const each = `from generate_series(1, ${payments}) i`
  await db.query(
    `insert into checkout_session (merchant_id, livemode, id, status, amount, currency, payout_currency, expires_at)
       select 'mer_1', false, 'cs_old' || i, 'expired', 1, 'USD', 'USDT', now() + interval '1 hour' ${each};
     insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps, fee_amount,
         spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
       select 'mer_1', false, 'txn_old' || i, 'cs_old' || i, 'declined', 1, 'USD', 0, 0, 0, 'USDT', 'ethereum', '0x1',
         'simulator', sha256(i::text::bytea), '{}' ${each};
     insert into mail (merchant_id, livemode, id, kind, transaction_id, number, address, locale, state, ended_at)
       select 'mer_1', false, 'mail_old' || i, 'receipt', 'txn_old' || i, 1, 'a@b.example', 'en', 'sent', now() ${each};
     insert into payout_batch (livemode, id, network, asset, wallet_address, nonce, state, payments, total, fee_limit,
         fee, ended_at)
       values (false, 'pb_old', 'ethereum', 'USDT', '0xhot', 1000, 'final', ${payments}, ${payments}, 0, 0, now());
     insert into payout (merchant_id, livemode, id, transaction_id, state, amount, asset, network, address, metadata,
         batch_id, completed_at)
       select 'mer_1', false, 'po_old' || i, 'txn_old' || i, 'final', 1, 'USDT', 'ethereum', '0x1', '{}', 'pb_old',
         now() ${each};
     insert into event (merchant_id, livemode, id, sequence, type, object_id, data, fanned_out_at)
       select 'mer_1', false, 'evt_old' || i, i, 'payout.completed', 'po_old' || i, '{}', now() ${each};
     insert into webhook_endpoint (merchant_id, livemode, id, secret_sealed) values ('mer_1', false, 'we_old', '');
     insert into webhook_delivery (merchant_id, livemode, id, event_id, sequence, endpoint_id, url, origin, state)
       select 'mer_1', false, 'whd_old' || i, 'evt_old' || i, i, 'we_old', 'https://shop.example', 'https://shop.example',
         'failed' ${each};
     analyze`,
  )
}
