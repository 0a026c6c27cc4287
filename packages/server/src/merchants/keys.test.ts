import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { z } from 'zod'
import { gatewayContext, newMerchant, TEST_MODE } from '../../../../test/support/gatewayContext.ts'
import { openDb } from '../db/sql.ts'
import { parse } from '../http/parse.ts'
import { newApiKey } from './apiKey.ts'
import { checkScope, presentedKey, proveKey } from './authenticate.ts'
import { createKey, createKeyInput } from './createKey.ts'
import { listKeys, listKeysInput } from './listKeys.ts'
import { revokeKey, revokeKeyInput } from './revokeKey.ts'

const { ctx, close } = await gatewayContext(TEST_MODE)
after(close)

type Change = Partial<z.input<typeof createKeyInput>>
const newTenant = async (livemode = false) => ({
  merchant_id: (await newMerchant(ctx)).merchant_id,
  livemode,
})
const make = async (tenant: { merchant_id: string; livemode: boolean }, change: Change = {}) =>
  await createKey(ctx, tenant, parse(createKeyInput, { label: 'shop', ...change }))
const list = (tenant: { merchant_id: string; livemode: boolean }, include_revoked = false) =>
  listKeys(ctx, tenant, parse(listKeysInput, { include_revoked }))
const ask = async (key: string, db = ctx.db) => await proveKey(db, presentedKey(`Bearer ${key}`))
const REFUSED = {
  code: 'invalid_api_key',
  message: 'The provided API key was not found or has been revoked.',
  param: undefined,
}
const soon = () => new Date(Date.now() + 3_600_000).toISOString()

describe('createKey', () => {
  test('gives a key that works beside the others, with the scope and mode that were asked for', async () => {
    const tenant = await newTenant()
    const live = { ...tenant, livemode: true }
    const made = [
      await make(tenant),
      await make(tenant, { scope: 'read', expires_at: soon() }),
      await make(live),
    ]
    const proofs = await Promise.all(made.map(({ key }) => ask(key)))
    assert.deepEqual(proofs, [
      { tenant, key: { id: made[0]?.id, scope: 'full' } },
      { tenant, key: { id: made[1]?.id, scope: 'read' } },
      { tenant: live, key: { id: made[2]?.id, scope: 'full' } },
    ])
  })

  test('shows the key once and its hash never', async () => {
    const tenant = await newTenant()
    const expires_at = soon()
    const { key, ...shown } = await make(tenant, { label: ' Lagerhaus ☂ ', scope: 'read', expires_at })
    const { id, created_at, ...rest } = shown
    assert.equal(key.slice(0, 20), `sk_test_${id}`)
    assert.ok(Math.abs(Date.parse(created_at) - Date.now()) < 60_000)
    assert.deepEqual(rest, {
      object: 'api_key',
      livemode: false,
      label: 'Lagerhaus ☂',
      prefix: `sk_test_${id}`,
      scope: 'read',
      status: 'active',
      expires_at,
      last_used_at: null,
      revoked_at: null,
    })
    const [listed] = await list(tenant)
    assert.deepEqual(listed, shown)
    assert.deepEqual(await revokeKey(ctx, tenant, { id }), {
      ...shown,
      status: 'revoked',
      revoked_at: (await list(tenant, true))[0]?.revoked_at,
    })
  })

  test('refuses a time of expiry that has passed, and a merchant that does not exist', async () => {
    const tenant = await newTenant()
    const count = async () => (await ctx.db.query('select count(*) n from api_key')).rows[0]
    const before = await count()
    for (const expires_at of ['2001-01-01T00:00:00Z', '1969-12-31T23:59:59+00:00']) {
      await assert.rejects(make(tenant, { expires_at }), { code: 'invalid_request', param: 'expires_at' })
    }
    await assert.rejects(make({ merchant_id: 'mer_none', livemode: false }), { code: 'not_found' })
    assert.deepEqual(await count(), before)
  })

  test('names what is wrong with its input', () => {
    const bad: [object, string][] = [
      [{}, 'label'],
      [{ label: '  ' }, 'label'],
      [{ label: 'x'.repeat(101) }, 'label'],
      [{ label: 'a\u0000b' }, 'label'],
      [{ label: 'a\nb' }, 'label'],
      [{ label: 'a\ud800' }, 'label'],
      [{ label: 'a', scope: 'write' }, 'scope'],
      [{ label: 'a', expires_at: 'tomorrow' }, 'expires_at'],
      [{ label: 'a', expires_at: '2027-02-30T00:00:00Z' }, 'expires_at'],
      [{ label: 'a', expires_at: '2027-02-03T00:00:00' }, 'expires_at'],
      [{ label: 'a', expires_at: '0000-01-01T00:00:00Z' }, 'expires_at'],
      [{ label: 'a', secret: 'x' }, 'secret'],
    ]
    for (const [input, param] of bad) {
      assert.throws(() => parse(createKeyInput, input), { code: 'invalid_request', param })
    }
    assert.deepEqual(parse(createKeyInput, { label: 'a' }), { label: 'a', scope: 'full', expires_at: null })
  })
})

describe('a key', () => {
  test('is refused with the same words when unknown, malformed, mangled, revoked or expired', async () => {
    const tenant = await newTenant()
    const good = await make(tenant)
    const [revoked, expired] = [await make(tenant), await make(tenant, { expires_at: soon() })]
    await revokeKey(ctx, tenant, { id: revoked.id })
    await ctx.db.query(`update api_key set expires_at = now() - interval '1 second' where id = $1`, [
      expired.id,
    ])
    const twin = await make(tenant)
    const bad = {
      unknown: newApiKey(false).text,
      malformed: 'sk_test_123',
      'of the other mode': good.key.replace('test', 'live'),
      'with the secret of another key': good.key.slice(0, 20) + twin.key.slice(20),
      revoked: revoked.key,
      expired: expired.key,
    }
    for (const [what, key] of Object.entries(bad)) await assert.rejects(ask(key), REFUSED, what)
    await ask(good.key)
  })

  test('works until the moment of its expiry', async () => {
    const tenant = await newTenant()
    const made = await make(tenant, { expires_at: soon() })
    await ask(made.key)
    await ctx.db.query('update api_key set expires_at = now() where id = $1', [made.id])
    await assert.rejects(ask(made.key), REFUSED)
    assert.equal((await list(tenant)).find(({ id }) => id === made.id)?.status, 'expired')
  })

  test('once revoked is refused by every process at once, one that has just let it in included', async () => {
    const tenant = await newTenant()
    const other = openDb(ctx.config.database_url, { name: 'another process' })
    try {
      for (let round = 0; round < 20; round++) {
        const { key, id } = await make(tenant)
        await Promise.all([ask(key), ask(key, other)])
        await revokeKey(ctx, tenant, { id })
        for (const db of [other, ctx.db]) await assert.rejects(ask(key, db), REFUSED)
      }
    } finally {
      await other.pool.end()
    }
  })

  test('that may only read is refused whatever does more, in one form of words', () => {
    for (const method of ['GET', 'HEAD']) checkScope({ id: 'k', scope: 'read' }, method)
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'QUERY', 'get']) {
      assert.throws(() => checkScope({ id: 'k', scope: 'read' }, method), { code: 'forbidden' })
      checkScope({ id: 'k', scope: 'full' }, method)
    }
  })

  test('cannot be given another scope, secret or owner afterwards, nor come back to life', async () => {
    const tenant = await newTenant()
    const { id } = await make(tenant, { scope: 'read' })
    await revokeKey(ctx, tenant, { id })
    const other = await newTenant()
    const changes = [
      `scope = 'full'`,
      'secret_hash = sha256(secret_hash)',
      'revoked_at = null',
      'livemode = true',
    ]
    for (const set of [...changes, `merchant_id = '${other.merchant_id}'`]) {
      await assert.rejects(ctx.db.query(`update api_key set ${set} where id = $1`, [id]), { code: '23001' })
    }
  })
})

describe('revokeKey', () => {
  test('keeps the first time when it is asked twice', async () => {
    const tenant = await newTenant()
    const { id } = await make(tenant)
    const first = await revokeKey(ctx, tenant, { id })
    assert.ok(first.revoked_at)
    assert.deepEqual(await revokeKey(ctx, tenant, { id }), first)
  })

  test('finds only the keys of that merchant and mode', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()]
    const { id, key } = await make(tenant)
    for (const stranger of [other, { ...tenant, livemode: true }]) {
      await assert.rejects(revokeKey(ctx, stranger, { id }), { code: 'not_found' })
    }
    await assert.rejects(revokeKey(ctx, tenant, { id: 'A'.repeat(12) }), { code: 'not_found' })
    await ask(key)
  })

  test('takes the id, the beginning of the key, or the key that leaked', async () => {
    const { id, prefix, key } = await make(await newTenant())
    for (const text of [id, prefix, key, ` ${id}\n`])
      assert.deepEqual(parse(revokeKeyInput, { id: text }), { id })
    for (const text of ['', 'shop', `${id}x`, `${key}x`]) {
      assert.throws(() => parse(revokeKeyInput, { id: text }), { code: 'invalid_request', param: 'id' })
    }
  })
})

describe('listKeys', () => {
  test('shows the keys of that merchant and mode, newest first, revoked ones only when asked', async () => {
    const tenant = await newTenant()
    const [a, b, c] = [
      await make(tenant, { label: 'a' }),
      await make(tenant, { label: 'b' }),
      await make(tenant, { label: 'c' }),
    ]
    const live = await make({ ...tenant, livemode: true })
    await revokeKey(ctx, tenant, { id: b.id })
    const ids = async (include_revoked: boolean) => (await list(tenant, include_revoked)).map(({ id }) => id)
    assert.deepEqual((await ids(false)).slice(0, 2), [c.id, a.id])
    assert.deepEqual((await ids(true)).slice(0, 3), [c.id, b.id, a.id])
    assert.equal((await ids(true)).length, 4)
    assert.deepEqual(
      (await list({ ...tenant, livemode: true })).map(({ id }) => id),
      [live.id],
    )
    assert.deepEqual(
      (await listKeys(ctx, tenant, { include_revoked: true, limit: 2 })).map(({ id }) => id),
      [c.id, b.id],
    )
  })

  test('knows no merchant that does not exist', async () => {
    await assert.rejects(list({ merchant_id: 'mer_none', livemode: false }), { code: 'not_found' })
    assert.deepEqual(await list(await newTenant(true)), [])
  })

  test('has neither secret nor hash anywhere in what it reads', async () => {
    const tenant = await newTenant()
    const { key } = await make(tenant)
    const { rows } = await ctx.db.query<{ hash: string }>(
      `select encode(secret_hash, 'hex') hash from api_key where merchant_id = $1`,
      [tenant.merchant_id],
    )
    const text = JSON.stringify(await list(tenant, true))
    assert.equal(rows.length, 2)
    for (const secret of [key.slice(20), ...rows.map(({ hash }) => hash)]) assert.ok(!text.includes(secret))
  })
})
