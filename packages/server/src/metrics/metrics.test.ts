import assert from 'node:assert/strict'
import { type TestContext, describe, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE } from '../../../../test/support/gatewayContext.ts'

async function gateway(t: TestContext, env: Record<string, string> = {}) {
  const { ctx, app, close } = await gatewayApp({ ...TEST_MODE, ...env })
  t.after(close)
  const get = (url: string, options: object = {}) => app.inject({ method: 'GET', url, ...options })
  return { ctx, app, get }
}

const SAMPLE = /^([a-z_:][\w:]*)(?:\{([^}]*)\})? (\S+)$/i

/** What a scraper reads: every sample by name and labels. Throws at what is not the Prometheus text format. */
function parse(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const typed = new Set<string>()
  assert.ok(text.endsWith('\n'))
  for (const line of text.trimEnd().split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue
    if (line.startsWith('# TYPE ')) {
      typed.add(line.split(' ')[2] ?? '')
      continue
    }
    const [, name, labels, value] = SAMPLE.exec(line) ?? []
    assert.ok(name !== undefined && value !== undefined, `not a sample: ${line}`)
    assert.ok(typed.has(name) || typed.has(name.replace(/_(?:bucket|sum|count)$/, '')), `no type: ${line}`)
    assert.ok(Number.isFinite(Number(value)), line)
    const key = labels === undefined ? name : `${name}{${labels.split(',').toSorted().join()}}`
    assert.ok(!samples.has(key), `twice: ${key}`)
    samples.set(key, Number(value))
  }
  return samples
}

describe('GET /metrics', () => {
  test('counts and times by route, method and class, in the Prometheus text format', async (t) => {
    const { ctx, app, get } = await gateway(t)
    const { api_key } = await newMerchant(ctx)
    const headers = { authorization: `Bearer ${api_key}` }
    await get('/v1/checkout/cs_absent1', { headers })
    await get('/v1/checkout/cs_absent2', { headers })
    await get('/v1/payouts', { headers })
    await get('/v1/payouts')
    await app.inject({ method: 'POST', url: '/v1/checkout', headers, payload: {} })
    await get('/made/up/by/a/stranger/1')
    await get('/made/up/by/a/stranger/2')
    await app.inject({ method: 'PROPFIND' as 'GET', url: '/made/up' })
    const answer = await get('/metrics')
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
    const samples = parse(answer.body)
    const count = (route: string, method: string, status: string) =>
      samples.get(`http_requests_total{method="${method}",route="${route}",status="${status}"}`)
    assert.equal(count('/v1/checkout/:id', 'GET', '4xx'), 2)
    assert.equal(count('/v1/payouts', 'GET', '2xx'), 1)
    assert.equal(count('/v1/payouts', 'GET', '4xx'), 1)
    assert.equal(count('/v1/checkout', 'POST', '4xx'), 1)
    assert.equal(count('unmatched', 'GET', '4xx'), 2)
    assert.equal(count('unmatched', 'other', '4xx'), 1)
    assert.ok(!answer.body.includes('stranger') && !answer.body.includes('absent1'))
    const timed = 'http_request_duration_seconds'
    assert.equal(samples.get(`${timed}_count{method="GET",route="/v1/checkout/:id"}`), 2)
    assert.equal(samples.get(`${timed}_bucket{le="+Inf",method="GET",route="/v1/checkout/:id"}`), 2)
    assert.ok((samples.get(`${timed}_sum{method="GET",route="/v1/checkout/:id"}`) ?? 0) > 0)
  })

  test('says how the process and its pool are, and what was refused', async (t) => {
    const { ctx, get } = await gateway(t, { SKIRO_RATE_LIMIT_KEY: '1/3600' })
    const { api_key } = await newMerchant(ctx)
    const headers = { authorization: `Bearer ${api_key}` }
    for (let i = 0; i < 3; i++) await get('/v1/payouts', { headers })
    const samples = parse((await get('/metrics')).body)
    assert.equal(samples.get('skiro_rate_limited_total{limit="key"}'), 2)
    assert.equal(samples.get('skiro_database_up'), 1)
    assert.ok((samples.get('skiro_db_connections{state="idle"}') ?? 0) >= 1)
    assert.equal(samples.get('skiro_db_connections{state="in_use"}'), 0)
    assert.equal(samples.get('skiro_db_connection_waiters'), 0)
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
      assert.ok(samples.has(name), name)
    }
  })

  test('is not there for strangers, nor behind a proxy, whatever it forwards', async (t) => {
    const { get } = await gateway(t, { SKIRO_TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8' })
    const absent = await get('/no/such/path')
    const hidden = [
      { remoteAddress: '192.0.2.1' },
      { remoteAddress: '10.0.0.1' },
      { headers: { 'x-forwarded-for': '127.0.0.1' } },
      { headers: { 'x-forwarded-proto': 'https' } },
      { headers: { forwarded: 'for=127.0.0.1' } },
      { headers: { 'x-real-ip': '127.0.0.1' } },
      { headers: { via: '1.1 proxy' } },
      { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': '127.0.0.1' } },
    ]
    const shape = ({ statusCode, headers, body }: typeof absent) => ({
      statusCode,
      headers: { ...headers, 'request-id': '', date: '' },
      body: body.replace(/"req_\w+"/, '""'),
    })
    assert.equal(absent.statusCode, 404)
    for (const options of hidden) {
      assert.deepEqual(shape(await get('/metrics', options)), shape(absent), JSON.stringify(options))
    }
    assert.equal((await get('/metrics', { remoteAddress: '::1' })).statusCode, 200)
    assert.equal((await get('/metrics', { remoteAddress: '::ffff:127.9.9.9' })).statusCode, 200)
  })

  test('is there for the ranges that are configured, and for no others', async (t) => {
    const { get } = await gateway(t, { SKIRO_METRICS_ALLOW: '10.0.0.0/8' })
    assert.equal((await get('/metrics', { remoteAddress: '10.2.3.4' })).statusCode, 200)
    assert.equal((await get('/metrics')).statusCode, 404)
  })
})
