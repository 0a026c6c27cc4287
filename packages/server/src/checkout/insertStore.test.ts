import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { gatewayContext, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { newId } from '../lib/ids.ts'
import type { PresentedKey } from '../lib/tenant.ts'
import { parseApiKey } from '../merchants/apiKey.ts'
import { sessionInserts } from './createSession.ts'
import { type NewSession, insertSessions } from './insertStore.ts'

const { ctx, close } = await gatewayContext(TEST_MODE)
after(close)

const ROUTE = 'POST /v1/checkout'
const keyOf = (text: string) => parseApiKey(`Bearer ${text}`) as PresentedKey
const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const otherShop = await newMerchant(ctx, { wallets: { USDT: WALLET, USDC: WALLET } })
const key = keyOf(shop.api_key)
const otherKey = keyOf(otherShop.api_key)

function session(change: Partial<NewSession> = {}): NewSession {
  return {
    key,
    networks: 'ethereum',
    id: newId('checkout_session'),
    amount: 4999n,
    currency: 'USD',
    payout_currency: 'USDT',
    customer_email: null,
    metadata: '{}',
    redirect_url: null,
    webhook_url: null,
    locale: null,
    description: null,
    expires_in: 3600,
    idempotency_key: null,
    fingerprint: null,
    ...change,
  }
}

const claim = (idempotency_key: string, text = 'body') => ({
  idempotency_key,
  fingerprint: createHash('sha256').update(text).digest(),
})

async function stored(ids: readonly string[]) {
  const { rows } = await ctx.db.query<{ id: string; merchant_id: string }>(
    'select id, merchant_id from checkout_session where id = any($1)',
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row.merchant_id]))
}

async function counted(merchant_id: string) {
  const { rows } = await ctx.db.query<{ listed: number; real: number }>(
    `select (select coalesce(sum(n), 0)::int from list_count where merchant_id = $1 and list = 'checkout_session') listed,
       (select count(*)::int from checkout_session where merchant_id = $1) real`,
    [merchant_id],
  )
  return rows[0]
}

describe('a group of sessions', () => {
  test('each is judged alone: good, bad key, wrong secret, wrong mode, no wallet, other merchant', async () => {
    const group = [
      session(),
      session({ key: { ...key, id: 'nosuchkey000' } }),
      session({ key: { ...key, secret_hash: Buffer.alloc(32) } }),
      session({ key: { ...key, livemode: true } }),
      session({ payout_currency: 'USDC' }),
      session({ key: otherKey, payout_currency: 'USDC' }),
      session({ networks: 'base,polygon' }),
      session({ currency: 'EUR' }),
    ]
    const outcomes = await insertSessions(ctx.db, ROUTE, group)
    const made = await stored(group.map(({ id }) => id))
    const seen = outcomes.map(
      (outcome, index) =>
        outcome && [
          outcome.merchant_id,
          outcome.has_wallet,
          outcome.created_at !== null,
          made.has(group[index]?.id ?? ''),
        ],
    )
    const good = [shop.merchant_id, true, true, true]
    const no_wallet = [shop.merchant_id, false, false, false]
    const other = [otherShop.merchant_id, true, true, true]
    assert.deepEqual(seen, [good, null, null, null, no_wallet, other, no_wallet, good])
    assert.equal(made.get(group[5]?.id ?? ''), otherShop.merchant_id)
    for (const { merchant_id } of [shop, otherShop]) {
      const row = await counted(merchant_id)
      assert.equal(row?.listed, row?.real)
    }
  })

  test('a key that expired, was revoked or may only read stores nothing', async () => {
    const states = [
      [`expires_at = now() - interval '1 second'`, null],
      ['revoked_at = now()', null],
      [`scope = 'read'`, 'read'],
      [`expires_at = now() + interval '1 hour'`, 'full'],
    ] as const
    for (const [change, scope] of states) {
      const { api_key, merchant_id } = await newMerchant(ctx, { wallets: { USDT: WALLET } })
      // A scope is fixed once a key exists: for the test it is made anew.
      await ctx.db.query('alter table api_key disable trigger api_key_fixed')
      await ctx.db.query(`update api_key set ${change} where merchant_id = $1`, [merchant_id])
      await ctx.db.query('alter table api_key enable trigger api_key_fixed')
      const asked = session({ key: keyOf(api_key), ...claim('k') })
      const [outcome] = await insertSessions(ctx.db, ROUTE, [asked])
      assert.equal(outcome?.scope ?? null, scope)
      assert.equal((await stored([asked.id])).size, scope === 'full' ? 1 : 0)
    }
  })

  test('twins in one group make one session; the same key of another merchant is its own', async () => {
    const group = [
      session(claim('twin')),
      session(claim('twin')),
      session({ key: otherKey, ...claim('twin') }),
      session(),
    ]
    const outcomes = await insertSessions(ctx.db, ROUTE, group)
    const made = await stored(group.map(({ id }) => id))
    assert.deepEqual(
      outcomes.map((outcome) => outcome?.created_at !== null),
      [true, false, true, true],
    )
    assert.equal(made.size, 3)
  })

  test('groups that claim the same keys in opposite orders do not lock each other out', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `cross-${i}`)
    const groups = Array.from({ length: 8 }, (_, i) => (i % 2 ? keys.toReversed() : keys)).map((names) =>
      names.map((name) => session(claim(name))),
    )
    const outcomes = await Promise.all(groups.map((group) => insertSessions(ctx.db, ROUTE, group)))
    assert.equal(outcomes.flat().filter((outcome) => outcome?.created_at).length, keys.length)
    assert.equal((await stored(groups.flat().map(({ id }) => id))).size, keys.length)
  })

  test('a row that PostgreSQL refuses takes nobody down with it', async () => {
    const insert = sessionInserts(ctx)
    const group = [
      session(),
      session({ metadata: '{"note":"\\u0000","order_id":"1"}' }),
      session(),
      session({ amount: -1n }),
    ]
    const outcomes = await Promise.allSettled(group.map(insert))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected'],
    )
    assert.equal((await stored(group.map(({ id }) => id))).size, 2)
  })

  test('a thousand at once are stored in few transactions, each once', async () => {
    const insert = sessionInserts(ctx)
    const group = Array.from({ length: 1000 }, () => session())
    const outcomes = await Promise.all(group.map(insert))
    assert.ok(outcomes.every((outcome) => outcome?.created_at))
    const { rows } = await ctx.db.query<{ sessions: number; transactions: number }>(
      'select count(*)::int sessions, count(distinct xmin::text)::int transactions from checkout_session where id = any($1)',
      [group.map(({ id }) => id)],
    )
    assert.equal(rows[0]?.sessions, 1000)
    assert.ok((rows[0]?.transactions ?? 1000) <= 20, `${rows[0]?.transactions} transactions`)
  })
})
