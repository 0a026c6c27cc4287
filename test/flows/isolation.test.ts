/** Merchants kept apart, and processes that come, go and stand beside each other. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { assertBooks } from '../support/books.ts'
import { assertSequence } from '../support/judge.ts'
import { assertPaidOnce, attemptsOf, completed, heard, heardBy, sessionOf } from '../support/outcome.ts'
import { api, cardToken, createSession, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.stop())

test("another merchant's objects look exactly like absent ones", async () => {
  const gateway = await world.startGateway()
  try {
    const [owner, other] = await Promise.all([world.createMerchant(), world.createMerchant()])
    const session = await createSession(world, owner)
    const open = await createSession(world, owner)
    await pay(world, session, await cardToken(world, session))
    const paid = await completed(world, owner, session)
    const routes = [
      ['GET', '/v1/checkout/', session],
      ['GET', '/v1/checkout/', open],
      ['POST', '/v1/checkout/', open, '/expire'],
      ['GET', '/v1/transactions/', paid.id],
      ['GET', '/v1/payouts/', String(paid.payout_id)],
    ] as const
    for (const [method, path, id, rest = ''] of routes) {
      const absent = id.slice(0, -6) + [...id.slice(-6)].toReversed().join('').replace(/./, 'z')
      const [theirs, nothing] = [await raw(method, path + id + rest), await raw(method, path + absent + rest)]
      assert.equal(theirs.status, 404, `${method} ${path}${rest}`)
      assert.deepEqual(theirs, nothing)
      const ours = await api(world, owner, method, path + id + rest)
      if (method === 'GET') assert.equal(ours.status, 200)
    }
    assert.equal(
      (await sessionOf(world, owner, open)).status,
      'expired',
      "the owner's own call does expire it",
    )
    const { body } = await api(world, other, 'GET', '/v1/transactions')
    const pagination = { page: 1, limit: 20, total: 0, total_pages: 0 }
    assert.deepEqual([body.data, body.pagination], [[], pagination])
    const cursor = await api(world, other, 'GET', `/v1/transactions?starting_after=${paid.id}`)
    assert.deepEqual(cursor.body.data, [])

    async function raw(method: string, path: string) {
      const answer = await fetch(world.api_url + path, {
        method,
        headers: { authorization: `Bearer ${other.api_key}` },
      })
      // What is left of the caller's own quota says nothing about the object.
      const own = ['date', 'request-id', 'ratelimit']
      const headers = [...answer.headers].filter(([name]) => !own.includes(name))
      const text = await answer.text()
      return { status: answer.status, headers, text: text.replace(/"request_id":"req_\w+"/, '') }
    }
  } finally {
    await gateway.stop()
  }
})

test('keys of the other mode, revoked keys and no key get the same 401', async () => {
  const gateway = await world.startGateway()
  try {
    const merchant = await world.createMerchant()
    const revoked = await world.createMerchant()
    await createSession(world, revoked)
    await world.database.db.query('update api_key set revoked_at = now() where merchant_id = $1', [
      revoked.merchant_id,
    ])
    const last = merchant.api_key.slice(-1)
    const keys: Record<string, string | undefined> = {
      'live key of the same shape': `Bearer ${merchant.api_key.replace('sk_test_', 'sk_live_')}`,
      'one letter changed': `Bearer ${merchant.api_key.slice(0, -1)}${last === 'a' ? 'b' : 'a'}`,
      revoked: `Bearer ${revoked.api_key}`,
      'the webhook secret': `Bearer ${merchant.webhook_secret}`,
      'basic scheme': `Basic ${merchant.api_key}`,
      none: undefined,
    }
    const calls: [string, string, string?][] = [
      ['GET', '/v1/transactions'],
      ['GET', `/v1/checkout/cs_${'0'.repeat(26)}`],
      ['POST', '/v1/checkout', '{"amount":10,"currency":"USD","payout_currency":"USDT"}'],
      ['POST', '/v1/checkout', '{"amount":"nonsense"}'],
      ['GET', `/v1/payouts/po_${'0'.repeat(26)}`],
    ]
    const answers = new Set<string>()
    for (const [what, authorization] of Object.entries(keys)) {
      for (const [method, path, body] of calls) {
        const answer = await fetch(world.api_url + path, {
          method,
          headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
          ...(body && { body }),
        })
        assert.equal(answer.status, 401, `${what}: ${method} ${path}`)
        answers.add((await answer.text()).replace(/"request_id":"req_\w+"/, ''))
      }
    }
    assert.equal(answers.size, 1, [...answers].join('\n'))
    assert.match([...answers][0] ?? '', /The provided API key was not found or has been revoked\./)
  } finally {
    await gateway.stop()
  }
})

test('told to stop amid a rush, the gateway loses no session that it acknowledged', async () => {
  const merchant = await world.createMerchant()
  for (let round = 0; round < 2; round++) {
    const gateway = await world.startGateway()
    await gateway.ready
    const acknowledged: string[] = []
    const refused: number[] = []
    const create = async () => {
      const answer = await api(world, merchant, 'POST', '/v1/checkout', {
        amount: 10,
        currency: 'USD',
        payout_currency: 'USDT',
      }).catch(() => null)
      if (answer?.status === 201) acknowledged.push(String(answer.body.id))
      else if (answer) refused.push(answer.status)
    }
    const rush = Array.from({ length: 20 }, create)
    await Promise.race(rush)
    gateway.child.kill('SIGTERM')
    await Promise.all([...rush, ...Array.from({ length: 20 }, create)])
    assert.equal(await exitOf(gateway), 0)
    assert.deepEqual(
      refused.filter((status) => status !== 503),
      [],
    )
    const { rows } = await world.database.db.query('select from checkout_session where id = any($1)', [
      acknowledged,
    ])
    assert.equal(rows.length, acknowledged.length)
    assert.ok(acknowledged.length > 0)
  }
})

test('told to stop amid payments, the gateway leaves each of them whole and is soon gone', async () => {
  const merchant = await world.createMerchant()
  let gateway = await world.startGateway()
  await gateway.ready
  const sessions = await Promise.all(Array.from({ length: 8 }, () => createSession(world, merchant)))
  const tokens = await Promise.all(sessions.map((session) => cardToken(world, session)))
  const paying = sessions.map((session, i) => pay(world, session, tokens[i] ?? '').catch(() => null))
  await Promise.race(paying)
  gateway.child.kill('SIGTERM')
  const exit = await exitOf(gateway)
  const answers = await Promise.all(paying)
  gateway = await world.startGateway()
  try {
    for (const [i, session] of sessions.entries()) {
      // A customer whose page got no answer tries again.
      if (answers[i]?.status !== 200) await pay(world, session, tokens[i] ?? '')
    }
    await assertPaidOnce(world, merchant, sessions)
    await assertSequence(world, merchant)
  } finally {
    await gateway.stop()
  }
  assert.equal(exit, 0)
})

test('told to stop while it is still starting, the gateway stops in order', async () => {
  const client = await world.database.db.pool.connect()
  try {
    // It listens, but its worker cannot start yet.
    await client.query('begin')
    await client.query('lock table graphile_worker.migrations in access exclusive mode')
    const gateway = await world.startGateway()
    gateway.child.kill('SIGTERM')
    await sleep(300)
    await client.query('rollback')
    assert.equal(await exitOf(gateway), 0)
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('serve and work apart: exactly once', async () => {
  const gateways = [await world.startGateway({}, 'serve'), await world.startGateway({}, 'work')]
  try {
    await rush([world])
  } finally {
    for (const gateway of gateways) await gateway.stop()
  }
})

test('two whole gateways on one database: exactly once, whichever is asked', async () => {
  const port = await freePort('127.0.0.1')
  const gateways: Gateway[] = [
    await world.startGateway(),
    await world.startGateway({ SKIRO_PORT: String(port) }),
  ]
  try {
    await rush([world, { ...world, api_url: `http://127.0.0.1:${port}` }])
  } finally {
    for (const gateway of gateways) await gateway.stop()
  }
})

/** How it ended after it was told to stop. Supervisors wait 10 to 30 s and then kill. */
async function exitOf(gateway: Gateway): Promise<number | string> {
  const late = new AbortController()
  const patience = sleep(10_000, 'still running after 10 s', { signal: late.signal }).catch(() => '')
  const exit = await Promise.race([gateway.exited, patience])
  late.abort()
  await gateway.kill()
  return exit
}

/** Sessions made at one gateway, each paid with two cards through all of them at once. */
async function rush(doors: readonly World[]): Promise<void> {
  const merchant: Merchant = await world.createMerchant()
  const sessions = await Promise.all(
    Array.from({ length: 8 }, (_, i) => createSession(doors[i % doors.length] ?? world, merchant)),
  )
  await Promise.all(
    sessions.map(async (session) => {
      const cards = await Promise.all([cardToken(world, session), cardToken(world, session)])
      const answers = await Promise.all(
        cards.map((token, i) => pay(doors[(i + 1) % doors.length] ?? world, session, token)),
      )
      for (const { status, body } of answers) {
        assert.equal(status, 200)
        assert.match(String(body.status), /^(paid|processing)$/)
      }
    }),
  )
  await assertPaidOnce(world, merchant, sessions)
  for (const session of sessions) assert.equal((await attemptsOf(world, merchant, session)).length, 1)
  for (const type of ['checkout.completed', 'payout.sent', 'payout.completed'])
    await heard(world, merchant, type, () => true, { count: sessions.length })
  const ids = heardBy(world, merchant).map(({ event }) => event.id)
  assert.equal(new Set(ids).size, 3 * sessions.length)
  assert.equal(ids.length, 3 * sessions.length, 'an event was delivered twice without need')
  await assertBooks(world.database.db)
  await assertSequence(world, merchant)
}
