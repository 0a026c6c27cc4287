import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isId, newId } from '../../packages/server/src/lib/ids.ts'
import { testDatabase } from '../../test/support/database.ts'
import { insertLoop } from './insertLoop.ts'
import { findPgbench } from './pgbench.ts'
import { readSessionRow } from './sessionRow.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
before(async () => {
  database = await testDatabase()
})
after(() => database.drop())

const pgbench = findPgbench()
for (const { peer, skip } of [
  { peer: insertLoop, skip: false },
  { peer: pgbench ?? insertLoop, skip: pgbench ? false : 'pgbench is not installed' },
]) {
  test(`${peer.name} stores the row it is given, once per transaction`, { skip }, async () => {
    const { db } = database
    const merchant_id = newId('merchant')
    await db.query('insert into merchant (id, name, email) values ($1, $2, $3)', [merchant_id, 'M', 'a@b.c'])
    const first = newId('checkout_session')
    await db.query(
      `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, customer_email,
         metadata, redirect_url, webhook_url, description, expires_at)
       values ($1, false, $2, 4999, 'USD', 'USDT', 'jane@example.com', $3, $4, $4, 'Lamp · :amount', now() + interval '1 hour')`,
      // Colons and quotes, which mean something in scripts of pgbench.
      [merchant_id, first, JSON.stringify({ 'a:b': "it's :amount" }), 'https://a.example/?x={ID}:id'],
    )
    const row = await readSessionRow(db, first)
    const order = { database_url: database.url, row, connections: 4 }
    const runs = [
      await peer.insertFor({ ...order, seconds: 1, run: 0 }),
      await peer.insertFor({ ...order, seconds: 1, run: 1 }),
    ]
    const { rows } = await db.query<{ id: string; same: boolean }>(
      `select s.id, to_jsonb(s) - '{id,created_at,expires_at}'::text[]
           = to_jsonb(f) - '{id,created_at,expires_at}'::text[] same
       from checkout_session s join checkout_session f on f.id = $2
       where s.merchant_id = $1 and s.id <> $2`,
      [merchant_id, first],
    )
    assert.ok(rows.length > 10)
    assert.ok(rows.every(({ same }) => same))
    assert.ok(rows.every(({ id }) => isId('checkout_session', id) || /^cs_01bench\d{19}$/.test(id)))
    assert.ok(rows.every(({ id }) => id.length === first.length))
    assert.ok(runs.every(({ per_second }) => per_second > 0))
    assert.equal(
      rows.length,
      runs.reduce((sum, { inserted }) => sum + inserted, 0),
    )
  })
}
