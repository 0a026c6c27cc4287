/**
 * Every route of the served document × every kind of object × every sort of key that must not see it: the answer is,
 * byte for byte, the one for an object that does not exist. A new route is walked as soon as it is in the document.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { startAcquirer } from '../../packages/sandbox/src/acquirer/server.ts'
import { buildApp } from '../../packages/server/src/app.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import { gatewayContext, TEST_MODE } from '../support/gatewayContext.ts'
import { type Call, callerOf } from './matrix/call.ts'
import { type OpenApi, type Route, routesOf } from './matrix/document.ts'
import { type Flaw, FLAWS, LEAKY_DOCUMENT, leakyApp } from './matrix/leakyApp.ts'
import { changedBy } from './matrix/lists.ts'
import { type Keys, digestOf, newParty, seedObjects } from './matrix/seed.ts'
import { type Matrix, type Objects, complaintsOf } from './matrix/walk.ts'
import { ownWrites, stolenRetries } from './matrix/writes.ts'

const acquirer_keys = { secret_key: 's', publishable_key: 'p', webhook_secret: 'w' }
const acquirer = await startAcquirer({
  ...{ host: '127.0.0.1', port: 0, book_file: null, webhook_url: null },
  ...acquirer_keys,
})
const gateway = await gatewayContext({
  ...TEST_MODE,
  // One that answers: a test helper pays with a card.
  SKIRO_TEST_ACQUIRER: JSON.stringify({ id: 'simulator', url: acquirer.url, ...acquirer_keys }),
  // The walk is one caller in a great hurry.
  SKIRO_RATE_LIMIT_KEY: 'off',
  SKIRO_RATE_LIMIT_ADDRESS: 'off',
  SKIRO_RATE_LIMIT_FAILED_KEYS: 'off',
})
// No acquirer for live money can be configured yet, so live mode is lent the adapters of test mode: it must be served
// in full, or a refusal of the mode would hide what the queries leak.
const { config, modes } = gateway.ctx
const ctx: Context = {
  ...gateway.ctx,
  config: { ...config, live: config.test },
  modes: { test: modes.test, live: modes.test },
}
const [app, test_only] = [await buildApp(ctx), await buildApp(gateway.ctx)]
after(async () => {
  await Promise.all([app.close(), test_only.close()])
  await gateway.close()
  await acquirer.close()
})

const call = callerOf(app)
const document = JSON.parse((await app.inject('/openapi.json')).body) as OpenApi
const routes = routesOf(document)

/** Keys that prove nothing. `key` is a good one, to be mangled. */
function badKeys({ full, revoked, expired }: Keys): Record<string, string | undefined> {
  const mode = full.slice(0, 8)
  return {
    revoked,
    expired,
    unknown: mode + randomBytes(28).toString('hex').slice(0, 55),
    malformed: full.slice(0, -1),
    'of the other mode by its name only': full.replace(mode, mode === 'sk_test_' ? 'sk_live_' : 'sk_test_'),
    missing: undefined,
  }
}

describe('the API', () => {
  let owner: Awaited<ReturnType<typeof newParty>>
  let other: Awaited<ReturnType<typeof newParty>>
  const objects: Record<string, Objects> = {}
  /** Makes objects of every kind for a party in a mode. */
  const seed = async (who: 'owner' | 'other', livemode: boolean) => {
    const party = who === 'owner' ? owner : other
    const key = (livemode ? party.live : party.test).full
    const tenant = { merchant_id: party.merchant_id, livemode }
    objects[`${who} ${livemode ? 'live' : 'test'}`] = await seedObjects(ctx, call, tenant, key)
  }
  const matrixOf = (mode: 'test' | 'live', through: Call = call): Matrix => {
    const other_mode = mode === 'test' ? 'live' : 'test'
    const of = (name: string) => objects[name] ?? {}
    return {
      call: through,
      routes,
      owner: { key: owner[mode].full, read_key: owner[mode].read, objects: of(`owner ${mode}`) },
      strangers: {
        'another merchant': { key: other[mode].full, objects: of(`other ${mode}`) },
        'another merchant in the other mode': {
          key: other[other_mode].full,
          objects: of(`other ${other_mode}`),
        },
        'the same merchant in the other mode': {
          key: owner[other_mode].full,
          objects: of(`owner ${other_mode}`),
        },
      },
      bad_keys: badKeys(owner[mode]),
    }
  }

  before(async () => {
    ;[owner, other] = [await newParty(ctx), await newParty(ctx)]
    // More than the owner will have: a place taken from the owner's list must fall inside theirs to show.
    for (const livemode of [false, true, false, true, false, true]) await seed('other', livemode)
  })

  for (const mode of ['test', 'live'] as const) {
    test(`no list shows that someone else has objects in ${mode} mode`, async () => {
      const other_mode = mode === 'test' ? 'live' : 'test'
      const keys = {
        'another merchant': other[mode].full,
        'another merchant in the other mode': other[other_mode].full,
        'the same merchant in the other mode': owner[other_mode].full,
      }
      const changed = await changedBy(call, routes, keys, () => seed('owner', mode === 'live'))
      assert.deepEqual(changed, [])
      const own = await changedBy(call, routes, { owner: owner[mode].full }, () =>
        seed('owner', mode === 'live'),
      )
      assert.ok(own.length > 0, 'not even the owner sees a change')
    })
  }

  for (const mode of ['test', 'live'] as const) {
    test(`objects of ${mode} mode are absent to everyone else, and asking changes nothing`, async () => {
      const before = await digestOf(ctx)
      assert.deepEqual(await complaintsOf(matrixOf(mode)), [])
      assert.deepEqual(await digestOf(ctx), before)
    })
  }

  test('on a server without live mode live keys see no more', async () => {
    const before = await digestOf(ctx)
    const through = callerOf(test_only)
    assert.deepEqual(await complaintsOf(matrixOf('test', through)), [])
    const body = { amount: 1, currency: 'USD', payout_currency: 'USDT' }
    const { status } = await through({ method: 'POST', url: '/v1/checkout', key: owner.live.full, body })
    assert.equal(status, 403)
    assert.deepEqual(await digestOf(ctx), before)
  })

  test('the walk covers the whole document', () => {
    const walked = new Set(routes.map(({ method, path }) => `${method} ${path}`))
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    assert.ok(described.length >= 19, described.join('\n'))
    for (const route of described) assert.ok(walked.has(route), route)
    for (const kind of ['path', 'query', 'body'] as const) {
      assert.ok(
        routes.some(({ slots }) => slots.some((slot) => slot.in === kind)),
        kind,
      )
    }
  })

  // Last: it changes and deletes the objects.
  for (const mode of ['test', 'live'] as const) {
    test(`the owner gets through with every write in ${mode} mode, and no one else gets its kept answers`, async () => {
      const matrix = matrixOf(mode)
      const { complaints, done } = await ownWrites(matrix)
      assert.deepEqual(complaints, [])
      assert.deepEqual(await stolenRetries(matrix, done), [])
    })
  }
})

describe('the walk finds fault with a server that', () => {
  test('has none: not at all', async () => {
    const sound = leakyApp(ctx, null)
    try {
      assert.deepEqual(await complaintsAbout(callerOf(sound), routesOf(LEAKY_DOCUMENT)), [])
    } finally {
      await sound.close()
    }
  })

  for (const [flaw, words] of Object.entries(FLAWS)) {
    test(flaw, async () => {
      const leaky = leakyApp(ctx, flaw as Flaw)
      try {
        const complaints = await complaintsAbout(callerOf(leaky), routesOf(LEAKY_DOCUMENT))
        const expected = new RegExp(`^${words}`)
        assert.ok(
          complaints.some((complaint) => expected.test(complaint)),
          complaints.join('\n'),
        )
      } finally {
        await leaky.close()
      }
    })
  }

  test('has a route for a kind of object that the walk has none of', async () => {
    const leaky = leakyApp(ctx, null)
    leaky.get('/v1/disputes/:id', (_request, reply) => reply.code(404).send({}))
    try {
      const paths = { '/v1/disputes/{id}': { get: {}, delete: {} } }
      const complaints = await complaintsAbout(callerOf(leaky), routesOf({ paths }))
      assert.equal(
        complaints[0],
        'GET /v1/disputes/{id}: the test has no object that GET /v1/disputes/{id} shows',
      )
    } finally {
      await leaky.close()
    }
  })

  test('describes a query parameter that the walk does not know', () => {
    const parameters = [{ in: 'query', name: 'customer', schema: { type: 'string' } }]
    assert.throws(
      () => routesOf({ paths: { '/v1/checkout': { get: { parameters } } } }),
      /\/v1\/checkout: .* customer/,
    )
  })

  /** Both checkers and the look at the database, on a small server with sessions only. */
  async function complaintsAbout(call: Call, routes: readonly Route[]): Promise<string[]> {
    const [owner, other] = [await newParty(ctx), await newParty(ctx)]
    const objects = async (party: typeof owner, livemode: boolean) => ({
      checkout_session: await insertSession(party.merchant_id, livemode),
    })
    const strangers = {
      other: { key: other.test.full, objects: await objects(other, false) },
      mode: { key: owner.live.full, objects: await objects(owner, true) },
    }
    let mine: Objects = {}
    const keys = { other: other.test.full, mode: owner.live.full }
    const lists = await changedBy(call, routes, keys, async () => {
      mine = await objects(owner, false)
    })
    const before = await digestOf(ctx)
    const complaints = await complaintsOf({
      call,
      routes,
      owner: { key: owner.test.full, read_key: owner.test.read, objects: mine },
      strangers,
      bad_keys: badKeys(owner.test),
    })
    const after = await digestOf(ctx)
    const changed = Object.keys(after).filter((table) => after[table] !== before[table])
    return [...lists, ...complaints, ...changed.map((table) => `${table} changed`)]
  }

  async function insertSession(merchant_id: string, livemode: boolean): Promise<string> {
    const id = newId('checkout_session')
    await ctx.db.query(
      `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
       values ($1, $2, $3, 100, 'USD', 'USDT', now() + interval '1 hour')`,
      [merchant_id, livemode, id],
    )
    return id
  }
})
