/** Who the command line is, and how it says what went wrong: one JSON document or nothing on stdout, a fixed exit code. */
import assert from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { startGateway } from '../sdk/gateway.ts'
import { newMerchant } from '../support/gatewayContext.ts'
import { type Terminal, terminal } from './cli.ts'

const gateway = await startGateway()
const { api_key, merchant_id } = gateway.merchant
after(() => gateway.close())

let t: Terminal
beforeEach(async () => {
  t = await terminal()
})
afterEach(() => t.close())

const login = (...more: string[]) =>
  t.skiro(['login', '--api-key', '-', '--api-url', gateway.url, '--json', ...more], {}, `${api_key}\n`)

test('login proves the key and keeps it for its owner only; whoami asks again; logout forgets', async () => {
  const before = await t.skiro(['whoami', '--json'])
  assert.deepEqual([before.status, before.out], [3, ''])
  assert.equal((JSON.parse(before.err) as { error: { code: string } }).error.code, 'not_logged_in')

  const made = await login()
  assert.deepEqual([made.status, made.err], [0, ''])
  const file = join(t.home, '.config/skiro/config.json')
  const said = JSON.parse(made.out) as Record<string, unknown>
  assert.deepEqual(said, {
    profile: 'default',
    mode: 'test',
    api_url: gateway.url,
    merchant: { id: merchant_id, name: 'Shop' },
    config_file: file,
  })
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.equal((await stat(join(t.home, '.config/skiro'))).mode & 0o777, 0o700)

  const who = await t.skiro(['status', '--json'])
  assert.equal(who.status, 0, who.err)
  const { source, key, merchant } = JSON.parse(who.out) as {
    source: string
    key: string
    merchant: { id: string }
  }
  assert.deepEqual([source, merchant.id], ['login', merchant_id])
  assert.ok(!who.out.includes(api_key) && key.endsWith(api_key.slice(-4)))
  for (const ran of [made, who]) assert.ok(!`${ran.out}${ran.err}`.includes(api_key))

  assert.equal((await t.skiro(['logout'])).status, 0)
  assert.ok(!(await readFile(file, 'utf8')).includes(api_key))
  assert.equal((await t.skiro(['whoami'])).status, 3)
})

test('the XDG folder is used, profiles are apart, and a wider mode is narrowed', async () => {
  const config = join(t.home, 'xdg')
  await mkdir(join(config, 'skiro'), { recursive: true })
  const file = join(config, 'skiro/config.json')
  await writeFile(file, '{"profiles":{}}', { mode: 0o644 })
  const env = { XDG_CONFIG_HOME: config, SKIRO_API_KEY: api_key }
  const made = await t.skiro(['login', '--api-url', gateway.url, '--profile', 'staging'], env)
  assert.equal(made.status, 0, made.err)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const asked = (...args: string[]) => t.skiro(['whoami', ...args], { XDG_CONFIG_HOME: config })
  assert.equal((await asked()).status, 3)
  assert.equal((await asked('--profile', 'staging')).status, 0)
})

test('flag before environment before login before sandbox.json', async () => {
  const other = await newMerchant(gateway.ctx)
  const third = await newMerchant(gateway.ctx)
  const boxed = await newMerchant(gateway.ctx)
  await mkdir(join(t.home, '.skiro'))
  const facts = { api_url: gateway.url, test_api_key: boxed.api_key }
  await writeFile(join(t.home, '.skiro/sandbox.json'), JSON.stringify(facts))
  const who = async (args: string[] = [], env = {}) => {
    const ran = await t.skiro(['whoami', '--json', ...args], env)
    assert.equal(ran.status, 0, ran.err)
    const { source, merchant } = JSON.parse(ran.out) as { source: string; merchant: { id: string } }
    return [source, merchant.id]
  }
  assert.deepEqual(await who(), ['sandbox', boxed.merchant_id])
  await login()
  assert.deepEqual(await who(), ['login', merchant_id])
  const env = { SKIRO_API_KEY: other.api_key, SKIRO_API_URL: gateway.url }
  assert.deepEqual(await who([], env), ['environment', other.merchant_id])
  const flags = ['--api-key', third.api_key]
  assert.deepEqual(await who(flags, env), ['flag', third.merchant_id])
})

test('a saved key goes nowhere else, and a sandbox.json of a stranger is not followed', async () => {
  await login()
  const sent = await t.skiro(['whoami', '--api-url', 'http://127.0.0.1:9'])
  assert.equal(sent.status, 2)
  assert.match(sent.err, /not sent to/)
  await t.skiro(['logout'])
  await mkdir(join(t.home, '.skiro'))
  const facts = { api_url: 'https://pay.example', test_api_key: api_key }
  await writeFile(join(t.home, '.skiro/sandbox.json'), JSON.stringify(facts))
  assert.equal((await t.skiro(['whoami'])).status, 3)
})

test('every sort of failure has its exit code and prints nothing on stdout', async () => {
  const env = { SKIRO_API_KEY: api_key, SKIRO_API_URL: gateway.url }
  const bad_key = { ...env, SKIRO_API_KEY: `${api_key.slice(0, -4)}aaaa` }
  const gone = { ...env, SKIRO_API_URL: 'http://127.0.0.1:9' }
  const create = ['checkout', 'create', '--currency', 'USD', '--payout-currency', 'USDT', '--amount']
  const calls: [number, string[], Record<string, string>][] = [
    [2, ['nonsense'], env],
    [2, ['checkout', 'create'], env],
    [2, ['checkout', 'get', '../merchant'], env],
    [2, ['events', 'resend'], env],
    [2, ['trigger', 'nonsense'], env],
    [2, ['listen', '--forward-to', 'http://'], env],
    [2, ['whoami'], { SKIRO_API_KEY: 'whsec_abc', SKIRO_API_URL: gateway.url }],
    [3, ['whoami'], {}],
    [3, ['whoami'], bad_key],
    [3, ['login', '--api-url', gateway.url], { SKIRO_API_KEY: bad_key.SKIRO_API_KEY }],
    [4, ['checkout', 'get', 'cs_01jf2m8s5v0x3c9q6w4e7r1t2y'], env],
    [4, [...create, '49.999'], env],
    [5, ['checkout', 'list'], gone],
  ]
  for (const [status, args, variables] of calls) {
    const ran = await t.skiro([...args, '--json'], variables)
    assert.deepEqual([ran.status, ran.out], [status, ''], `${args.join(' ')}: ${ran.err}`)
    assert.ok(ran.err.length > 0)
    assert.ok(!ran.err.includes(api_key), 'a key is shown')
  }
})

test('help teaches: each command shows an example', async () => {
  const commands = [
    ...['login', 'logout', 'whoami', 'listen', 'trigger', 'checkout create', 'checkout get', 'checkout list'],
    ...['checkout expire', 'events list', 'events get', 'events resend', 'logs tail', 'doctor webhook'],
  ]
  const helps = await Promise.all(commands.map(async (name) => t.skiro([...name.split(' '), '--help'])))
  for (const [index, { status, out }] of helps.entries()) {
    assert.equal(status, 0)
    assert.match(out, new RegExp(`Example:\\n  \\$ skiro ${commands[index]}`))
    assert.match(out, /--json/)
  }
})

test('a session is created once per idempotency key, read, listed, expired', async () => {
  const env = { SKIRO_API_KEY: api_key, SKIRO_API_URL: gateway.url }
  const json = async (...args: string[]) => {
    const ran = await t.skiro([...args, '--json'], env)
    assert.equal(ran.status, 0, ran.err)
    return JSON.parse(ran.out) as Record<string, unknown>
  }
  const create = ['checkout', 'create', '--amount', '49.99', '--currency', 'USD', '--payout-currency', 'USDT']
  const more = [
    '--metadata',
    'order_id=ORD-1',
    '--metadata',
    'a=b=c',
    '--email',
    'a@example.com',
    '--expires-in',
    '600',
    '--locale',
    'de',
    '--description',
    'Two lamps · ORD-1',
  ]
  const made = await json(...create, ...more, '--idempotency-key', 'once')
  assert.deepEqual(made.metadata, { order_id: 'ORD-1', a: 'b=c' })
  assert.deepEqual(
    [made.amount, made.customer_email, made.locale, made.status, made.description],
    [49.99, 'a@example.com', 'de', 'pending', 'Two lamps · ORD-1'],
  )
  assert.equal((await json(...create, ...more, '--idempotency-key', 'once')).id, made.id)
  const id = String(made.id)
  assert.deepEqual(await json('checkout', 'get', id), made)
  const found = (await json('checkout', 'list', '--order', 'ORD-1')) as { data: { id: string }[] }
  assert.deepEqual(
    found.data.map((one) => one.id),
    [id],
  )
  assert.equal((await json('checkout', 'expire', id)).status, 'expired')
  assert.equal((await t.skiro(['checkout', 'expire', id], env)).status, 4)
  const plain = await t.skiro(['checkout', 'get', id], { ...env, FORCE_COLOR: '1', NO_COLOR: '1' })
  assert.ok(plain.out.startsWith(`${id}  expired  49.99 USD to USDT\n`), plain.out)
})
