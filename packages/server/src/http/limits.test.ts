import assert from 'node:assert/strict'
import { type TestContext, after, describe, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { testDatabase } from '../../../../test/support/database.ts'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { readConfig } from '../config.ts'

const SESSION = '/cs_01234567890123456789012345'
const BODY = { amount: 10, currency: 'USD', payout_currency: 'USDT' }

const database = await testDatabase()
after(() => database.drop())

/** A gateway with these limits; windows so long that no test sees the end of one, and none left from other tests. */
async function gateway(t: TestContext, env: Record<string, string>) {
  const forget = async () => void (await database.db.query('truncate rate_limit'))
  const { ctx, app, served_by, close } = await gatewayApp(
    { ...TEST_MODE, ...env },
    { ...database, drop: forget },
  )
  t.after(close)
  const call = async (options: InjectOptions & { url: string }, key?: string) => {
    const answer = await app.inject({
      method: 'GET',
      ...options,
      headers: { ...(key && { authorization: `Bearer ${key}` }), ...options.headers },
    })
    const { 'retry-after': retry_after, 'ratelimit-policy': policy, ratelimit } = answer.headers
    return { status: answer.statusCode, answer, policy, ratelimit, retry_after }
  }
  const list = (key?: string, from?: string) =>
    call({ url: '/v1/payouts', ...(from && { remoteAddress: from }) }, key)
  const shop = async () => (await newMerchant(ctx, { wallets: { USDT: WALLET } })).api_key
  return { ctx, app, served_by, call, list, shop }
}

/** Statuses of the same call made over and over. */
async function repeat(times: number, call: () => Promise<{ status: number }>): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) statuses.push((await call()).status)
  return statuses
}

/** A key of the same public id with another secret. */
const guess = (key: string) => key.slice(0, -8) + (key.endsWith('aaaaaaaa') ? 'bbbbbbbb' : 'aaaaaaaa')

describe('per key', () => {
  test('headers count down, then 429 says how long to wait', async (t) => {
    const { list, shop } = await gateway(t, { SKIRO_RATE_LIMIT_KEY: '3/3600' })
    const key = await shop()
    for (const left of [2, 1, 0]) {
      const { status, policy, ratelimit, retry_after } = await list(key)
      assert.deepEqual([status, policy, retry_after], [200, '"key";q=3;w=3600', undefined])
      assert.match(String(ratelimit), new RegExp(`^"key";r=${left};t=3[56]\\d\\d$`))
    }
    const { status, answer, ratelimit, retry_after } = await list(key)
    assert.equal(status, 429)
    assert.match(String(retry_after), /^3[56]\d\d$/)
    assert.equal(ratelimit, `"key";r=0;t=${retry_after}`)
    const { request_id, ...body } = answer.json<Record<string, string>>()
    assert.match(request_id ?? '', /^req_/)
    assert.equal(body.error, 'rate_limited')
    assert.match(body.message ?? '', /API key.*Retry-After/)
  })

  test('every call of a key counts, creates too, and no other key with it', async (t) => {
    const { call, list, shop } = await gateway(t, { SKIRO_RATE_LIMIT_KEY: '5/3600' })
    const [key, other] = [await shop(), await shop()]
    const create = () => call({ method: 'POST', url: '/v1/checkout', payload: BODY }, key)
    assert.deepEqual(await repeat(2, create), [201, 201])
    assert.equal((await call({ method: 'POST', url: '/v1/checkout', payload: {} }, key)).status, 400)
    assert.equal((await call({ url: '/v1/checkout/cs_absent' }, key)).status, 404)
    assert.equal((await list(key)).status, 200)
    assert.deepEqual([(await list(key)).status, (await create()).status], [429, 429])
    assert.equal((await list(other)).status, 200)
  })

  test('who knows only the public id of a key uses up nothing of it, and does not make it unknown', async (t) => {
    const { served_by, list, shop } = await gateway(t, { SKIRO_RATE_LIMIT_KEY: '3/3600' })
    const key = await shop()
    assert.equal((await list(key)).status, 200)
    assert.deepEqual(await repeat(5, () => list(guess(key))), [401, 401, 401, 401, 401])
    const asked = countKeyLookups(served_by)
    assert.deepEqual(await repeat(4, () => list(key)), [200, 200, 429, 429])
    assert.equal(asked(), 2, 'a refusal costs no look at the key')
    assert.equal((await list(guess(key))).status, 401)
    assert.deepEqual([(await list(key)).status, asked()], [429, 3])
  })

  test('a key stops the moment it is revoked, and counts as failed from then on', async (t) => {
    const { ctx, list, shop } = await gateway(t, {
      SKIRO_RATE_LIMIT_KEY: '100/3600',
      SKIRO_RATE_LIMIT_FAILED_KEYS: '2/3600',
    })
    const key = await shop()
    assert.equal((await list(key)).status, 200)
    await ctx.db.query('update api_key set revoked_at = now()')
    assert.deepEqual(await repeat(3, () => list(key)), [401, 401, 429])
  })

  test('off is off', async (t) => {
    const { list, shop } = await gateway(t, { SKIRO_RATE_LIMIT_KEY: 'off' })
    const { status, policy, ratelimit } = await list(await shop())
    assert.deepEqual([status, policy, ratelimit], [200, undefined, undefined])
  })
})

describe('keys that are not valid', () => {
  const FEW = { SKIRO_RATE_LIMIT_FAILED_KEYS: '3/3600' }

  test('count against the address, whatever is wrong with them', async (t) => {
    const { call, list, shop } = await gateway(t, FEW)
    const key = await shop()
    const first = await list(guess(key))
    assert.deepEqual([first.status, first.policy], [401, '"failed-keys";q=3;w=3600'])
    assert.match(String(first.ratelimit), /^"failed-keys";r=2;t=3[56]\d\d$/)
    assert.equal((await list()).status, 401)
    assert.equal((await call({ method: 'POST', url: '/v1/checkout', payload: {} }, 'sk_test_x')).status, 401)
    const refused = await list(guess(key))
    assert.equal(refused.status, 429)
    assert.match(refused.answer.json<{ message: string }>().message, /not valid/)
    assert.equal((await list(guess(key), '192.0.2.1')).status, 401, 'another address is another matter')
  })

  test('once they are used up no key of that address is looked up, but those that proved themselves', async (t) => {
    const { served_by, list, shop } = await gateway(t, FEW)
    const [known, unknown] = [await shop(), await shop()]
    assert.equal((await list(known)).status, 200)
    await repeat(4, () => list(guess(unknown)))
    const asked = countKeyLookups(served_by)
    assert.deepEqual([(await list(guess(unknown))).status, (await list(unknown)).status], [429, 429])
    assert.equal(asked(), 0)
    assert.equal((await list(known)).status, 200)
    assert.equal((await list(unknown, '192.0.2.1')).status, 200)
  })

  test('valid keys are not charged for being new', async (t) => {
    const { list, shop } = await gateway(t, FEW)
    const keys = await Promise.all(Array.from({ length: 12 }, shop))
    const answers = await Promise.all(keys.map((key) => list(key)))
    assert.ok(answers.every(({ status }) => status === 200))
  })
})

describe('per address', () => {
  const FEW = { SKIRO_RATE_LIMIT_ADDRESS: '4/3600' }

  test('the hosted page, its calls and the documents count together; HEAD once', async (t) => {
    const { call } = await gateway(t, FEW)
    const first = await call({ url: SESSION })
    assert.deepEqual([first.status, first.policy], [404, '"address";q=4;w=3600'])
    assert.match(String(first.ratelimit), /^"address";r=3;t=3[56]\d\d$/)
    assert.match(String((await call({ method: 'HEAD', url: '/openapi.json' })).ratelimit), /;r=2;/)
    assert.match(String((await call({ url: `${SESSION}/status` })).ratelimit), /;r=1;/)
    const pay = { method: 'POST' as const, url: `${SESSION}/pay`, headers: { 'x-skiro-page': '1' } }
    assert.match(String((await call({ ...pay, payload: { token: 't' } })).ratelimit), /;r=0;/)
    const refused = await call({ url: SESSION })
    assert.deepEqual([refused.status, refused.answer.json<{ error: string }>().error], [429, 'rate_limited'])
    assert.ok(Number(refused.retry_after) >= 1)
    assert.equal((await call({ url: SESSION, remoteAddress: '192.0.2.1' })).status, 404)
  })

  test('one subscriber is one address', async (t) => {
    const { call } = await gateway(t, FEW)
    const from = (remoteAddress: string) => call({ url: SESSION, remoteAddress })
    for (const end of [':1', ':2', 'ffff::1', 'a:b:c:d']) {
      assert.equal((await from(`2001:db8:0:1:${end}`)).status, 404)
    }
    assert.equal((await from('2001:db8:0:1::99')).status, 429)
    assert.equal((await from('2001:db8:0:2::99')).status, 404)
    await repeat(2, () => from('192.0.2.1'))
    await repeat(2, () => from('::ffff:192.0.2.1'))
    assert.equal((await from('192.0.2.1')).status, 429)
  })

  test('probes, the acquirer, requests with a key and absent paths do not', async (t) => {
    const { call, list, shop } = await gateway(t, { SKIRO_RATE_LIMIT_ADDRESS: '1/3600' })
    const key = await shop()
    await call({ url: SESSION })
    assert.equal((await call({ url: SESSION })).status, 429)
    for (const url of ['/healthz', '/readyz', '/metrics', '/no/such/path']) {
      const { status, ratelimit } = await call({ url })
      assert.deepEqual([status, ratelimit], [url.startsWith('/no') ? 404 : 200, undefined], url)
    }
    const hook = await call({ method: 'POST', url: '/acquirers/simulator/webhook', payload: '{}' })
    assert.ok(hook.status !== 429 && hook.ratelimit === undefined, String(hook.status))
    assert.equal((await list(key)).status, 200)
  })
})

describe('X-Forwarded-For', () => {
  const header = (list: string) => ({ headers: { 'x-forwarded-for': list } })
  const ONE = { SKIRO_RATE_LIMIT_ADDRESS: '1/3600' }

  test('is not believed of anybody, unless configured', async (t) => {
    const { call } = await gateway(t, ONE)
    assert.equal((await call({ url: SESSION, ...header('198.51.100.1') })).status, 404)
    assert.equal((await call({ url: SESSION, ...header('198.51.100.2') })).status, 429)
  })

  test('is believed of the configured ranges only, and only what they added themselves', async (t) => {
    const { call } = await gateway(t, { ...ONE, SKIRO_TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' })
    const from = (remoteAddress: string, list: string) =>
      call({ url: SESSION, remoteAddress, ...header(list) })
    const statuses = []
    for (const [proxy, list] of [
      // A client behind the proxy.
      ['10.0.0.1', '198.51.100.1'],
      // The same client, who put another address in front, and then one of the proxy's own range.
      ['10.0.0.1', '203.0.113.9, 198.51.100.1'],
      ['10.9.9.9', '10.1.1.1, 198.51.100.1'],
      // Behind two proxies of ours.
      ['10.0.0.1', '203.0.113.9, 198.51.100.1, fd00::1'],
      // Another client.
      ['10.0.0.1', '203.0.113.9, 198.51.100.2'],
      // Not one of our proxies: counted as itself, whatever it says.
      ['192.0.2.1', '198.51.100.3'],
      ['192.0.2.1', '198.51.100.4'],
    ] as const) {
      statuses.push((await from(proxy, list)).status)
    }
    assert.deepEqual(statuses, [404, 429, 429, 429, 404, 404, 429])
  })

  test('trusting everybody is refused at the start', () => {
    for (const everybody of ['0.0.0.0/0', '10.0.0.0/8,::/0']) {
      assert.throws(
        () =>
          readConfig({
            SKIRO_DATABASE_URL: 'postgres://db',
            SKIRO_PUBLIC_URL: 'https://pay.example',
            SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
            SKIRO_TRUSTED_PROXIES: everybody,
          }),
        /SKIRO_TRUSTED_PROXIES/,
      )
    }
  })
})

test('when the database cannot count, the request fails and does nothing', async (t) => {
  const { ctx, call, shop } = await gateway(t, { SKIRO_RATE_LIMIT_KEY: '40/3600' })
  const key = await shop()
  const create = () => call({ method: 'POST', url: '/v1/checkout', payload: BODY }, key)
  const before = (await ctx.db.query('select from checkout_session')).rows.length
  await ctx.db.query('alter table rate_limit rename to gone')
  assert.equal((await create()).status, 500)
  assert.equal((await ctx.db.query('select from checkout_session')).rows.length, before)
  await ctx.db.query('alter table gone rename to rate_limit')
  assert.equal((await create()).status, 201)
})

/** How often the table of keys is read from now on. */
function countKeyLookups(db: { query: (text: string, values?: readonly unknown[]) => unknown }) {
  let count = 0
  const { query } = db
  db.query = (text, values) => {
    if (/\bapi_key\b/.test(text) && /\bselect\b/.test(text)) count += 1
    return query(text, values)
  }
  return () => count
}
