import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { roleUrls, testDatabase } from '../../../../test/support/database.ts'
import { TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { svg } from '../../../../test/support/pictures.ts'
import { presentedKey, proveKey } from '../merchants/authenticate.ts'
import { runCommand } from './runCommand.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const SETTINGS = {
  ...TEST_MODE,
  SKIRO_DATABASE_URL: database.url,
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  SKIRO_PLANS: '{"free":1500,"pro":290}',
}
Object.assign(process.env, SETTINGS)

/** What a command printed and how it ended. */
async function run(...words: string[]) {
  let [stdout, stderr] = ['', '']
  const status = await runCommand(words, {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  })
  return { status, stdout, stderr }
}

/** The one JSON document that a command with `--json` printed. */
async function json(...words: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await run(...words, '--json')
  assert.deepEqual([status, stderr], [0, ''])
  return JSON.parse(stdout) as Record<string, unknown>
}

const refused = async (status: number, message: string | RegExp, ...words: string[]) => {
  const plain = await run(...words)
  assert.deepEqual([plain.status, plain.stdout], [status, ''])
  const said = plain.stderr.split('\n')[0] ?? ''
  if (typeof message === 'string') assert.equal(said, message)
  else assert.match(said, message)
  const machine = await run(...words, '--json')
  assert.equal(machine.status, status)
  const document = JSON.parse(machine.stdout) as { error: string; message: string; param?: string }
  assert.ok(document.message.startsWith(said))
  assert.equal(machine.stderr, plain.stderr)
  return document
}

const NEW = ['merchant', 'create', '--name', 'Shop', '--email', 'owner@example.com']
type Made = { merchant_id: string; api_key: string; webhook_secret: string }
const newMerchant = async (...more: string[]) => (await json(...NEW, ...more)) as unknown as Made
const keyWorks = async (key: string) => (await proveKey(db, presentedKey(`Bearer ${key}`))).tenant
const NOBODY = 'mer_00000000000000000000000000'

describe('merchant', () => {
  test('create makes a merchant whose key works and whose secrets are shown this once', async () => {
    const url = 'https://shop.example/hook'
    const made = await newMerchant(
      ...['--webhook-url', url, '--plan', 'pro', '--wallet', `USDT=ethereum:${WALLET.address.toLowerCase()}`],
    )
    assert.deepEqual(Object.keys(made), ['object', 'livemode', 'merchant_id', 'api_key', 'webhook_secret'])
    assert.equal((await keyWorks(made.api_key)).merchant_id, made.merchant_id)
    const { rows } = await db.query<{ plan: string; url: string; address: string }>(
      `select m.plan, e.url, w.address from merchant m join webhook_endpoint e on e.merchant_id = m.id
       join wallet w on w.merchant_id = m.id where m.id = $1`,
      [made.merchant_id],
    )
    // The address as its network spells it.
    assert.deepEqual(rows, [{ plan: 'pro', url, address: WALLET.address }])
    for (const words of [
      ['merchant', 'list'],
      ['key', 'list', '--merchant', made.merchant_id],
      ['merchant', 'set-webhook', '--merchant', made.merchant_id, '--url', `${url}2`],
    ]) {
      for (const more of [[], ['--json']]) {
        const { status, stdout, stderr } = await run(...words, ...more)
        assert.equal(status, 0)
        for (const secret of [made.api_key.slice(20), made.webhook_secret.slice(6)])
          assert.ok(!(stdout + stderr).includes(secret), words.join(' '))
      }
    }
  })

  test('create in plain words shows the same', async () => {
    const { status, stdout, stderr } = await run(...NEW, '--mode', 'live')
    assert.deepEqual([status, stderr], [0, ''])
    const [, merchant, key] = /merchant {8}(mer_\S+)\n {2}API key {9}(sk_live_\S+)\n/.exec(stdout) ?? []
    assert.equal((await keyWorks(key ?? '')).merchant_id, merchant)
    assert.match(stdout, /webhook secret {2}whsec_[0-9A-Za-z+/]{43}=\n\nKey and secret are shown this once\./)
  })

  test('create refuses what is wrong by the option it came in, and makes nothing', async () => {
    const { rows: before } = await db.query<{ n: bigint }>('select count(*) n from merchant')
    const wallet = `USDT=ethereum:${WALLET.address}`
    const wrong: [param: string, message: RegExp, ...words: string[]][] = [
      ['plan', /^--plan must be one of free, pro\./, '--plan', 'gold'],
      ['plan', /^--plan must be one of free, pro\./, '--plan', 'constructor'],
      [
        'webhook-url',
        /^--webhook-url: must be an absolute http or https URL/,
        '--webhook-url',
        'shop.example',
      ],
      ['webhook-url', /must be https in live mode/, '--mode', 'live', '--webhook-url', 'http://shop.example'],
      ['wallet', /^--wallet must be like USDT=/, '--wallet', WALLET.address],
      ['wallet', /each currency once/, '--wallet', wallet, '--wallet', wallet],
      ['wallets.DOGE', /./, '--wallet', `DOGE=ethereum:${WALLET.address}`],
      ['wallets.USDT', /checksum/, '--wallet', wallet.replace('dc79C8', 'DC79C8')],
      ['wallets.USDT', /cannot be paid out on base/, '--wallet', wallet.replace('ethereum', 'base')],
    ]
    for (const [param, message, ...words] of wrong) {
      assert.equal((await refused(1, message, ...NEW, ...words)).param, param)
    }
    await refused(1, /^--email: /, 'merchant', 'create', '--name', 'A', '--email', 'nobody')
    const { rows: after } = await db.query<{ n: bigint }>('select count(*) n from merchant')
    assert.deepEqual(after, before)
  })

  test('list finds by e-mail and goes on where it stopped', async () => {
    const email = 'many@example.com'
    const ids: string[] = []
    for (const name of ['One', 'Two', 'Three'])
      ids.unshift(
        (await json('merchant', 'create', '--name', name, '--email', email))['merchant_id'] as string,
      )
    const list = async (...more: string[]) =>
      (await json('merchant', 'list', '--email', email.toUpperCase(), ...more)) as {
        data: { id: string; fee_bps: number }[]
        has_more: boolean
      }
    const all = await list()
    assert.deepEqual([all.data.map(({ id }) => id), all.has_more], [ids, false])
    assert.equal(all.data[0]?.fee_bps, 1500)
    assert.equal((await list('--limit', '2')).has_more, true)
    const { stdout } = await run('merchant', 'list', '--email', email, '--limit', '2')
    assert.match(stdout, /^MERCHANT +NAME +EMAIL +PLAN +FEE +CREATED\n/)
    const [, cursor = ''] = /There are more: --starting-after (\S+)\n$/.exec(stdout) ?? []
    assert.deepEqual((await list('--starting-after', cursor)).data[0]?.id, ids[2])
    await refused(1, /^--limit: /, 'merchant', 'list', '--limit', 'many')
    const nobody = await run('merchant', 'list', '--email', 'nobody@example.com')
    assert.equal(nobody.stdout, 'No merchants.\n')
  })

  test('set-plan changes the fee, and refuses a plan that is not set up', async () => {
    const { merchant_id } = await newMerchant()
    const set = await json('merchant', 'set-plan', '--merchant', merchant_id, '--plan', 'pro')
    assert.deepEqual(set, { object: 'merchant', id: merchant_id, plan: 'pro', fee_bps: 290 })
    const { data } = (await json('merchant', 'list')) as { data: { id: string; plan: string }[] }
    assert.equal(data.find(({ id }) => id === merchant_id)?.plan, 'pro')
    const words = ['merchant', 'set-plan', '--merchant', merchant_id, '--plan', 'gold']
    await refused(1, '--plan must be one of free, pro. SKIRO_PLANS sets them.', ...words)
    await refused(1, `There is no merchant ${NOBODY}.`, ...words.with(3, NOBODY).with(5, 'pro'))
  })

  test('set-webhook sets and takes away the URL; in the other mode it makes the endpoint', async () => {
    const { merchant_id } = await newMerchant()
    const set = (...more: string[]) => json('merchant', 'set-webhook', '--merchant', merchant_id, ...more)
    const url = 'http://shop.example/a?b=c'
    const object = { object: 'merchant', id: merchant_id, livemode: false }
    assert.deepEqual(await set('--url', url), { ...object, default_webhook_url: url })
    assert.deepEqual(await set('--none'), { ...object, default_webhook_url: null })
    const secure = 'https://shop.example/'
    const { webhook_secret, ...live } = await set('--mode', 'live', '--url', secure)
    assert.match(String(webhook_secret), /^whsec_[0-9A-Za-z+/]{43}=$/)
    assert.deepEqual(live, { ...object, livemode: true, default_webhook_url: secure })
    assert.deepEqual(await set('--mode', 'live', '--url', secure), live)
    const { rows } = await db.query(
      `select livemode, url, is_default from webhook_endpoint where merchant_id = $1 order by livemode`,
      [merchant_id],
    )
    assert.deepEqual(rows, [
      { livemode: false, url: null, is_default: true },
      { livemode: true, url: secure, is_default: true },
    ])
    const words = ['merchant', 'set-webhook', '--merchant', merchant_id]
    await refused(1, '--url: must be https in live mode', ...words, '--mode', 'live', '--url', url)
    await refused(1, /^--url: /, ...words, '--url', 'https://me:pw@shop.example')
    await refused(2, 'Give either --url or --none.', ...words)
    await refused(2, 'Give either --url or --none.', ...words, '--none', '--url', url)
    await refused(1, `There is no merchant ${NOBODY}.`, ...words.with(3, NOBODY), '--url', url)
  })

  test('set-webhook brings a disabled endpoint back', async () => {
    const { merchant_id } = await newMerchant('--webhook-url', 'https://a.example/gone')
    await db.query(
      `update webhook_endpoint set status = 'disabled', disabled_reason = 'failing' where merchant_id = $1`,
      [merchant_id],
    )
    await json('merchant', 'set-webhook', '--merchant', merchant_id, '--url', 'https://a.example/new')
    const { rows } = await db.query('select status from webhook_endpoint where merchant_id = $1', [
      merchant_id,
    ])
    assert.deepEqual(rows, [{ status: 'enabled' }])
  })
})

describe('merchant brand', () => {
  test('sets, shows and takes away, in its mode; the logo comes from a file', async () => {
    const { merchant_id } = await newMerchant()
    const brand = ['merchant', 'brand', '--merchant', merchant_id]
    const folder = await mkdtemp(join(tmpdir(), 'skiro-brand-'))
    try {
      const file = join(folder, 'logo.svg')
      await writeFile(file, svg('<rect width="200" height="200" fill="#1f6b4f"/>'))
      const set = await json(
        ...[...brand, '--display-name', 'Lamp & Co.', '--brand-color', '1F6B4F', '--logo', file],
        ...['--terms-url', 'http://lamp.example/terms'],
      )
      const { logo_url, ...rest } = set['branding'] as Record<string, string | null>
      assert.match(String(logo_url), /^https:\/\/pay\.example\/_page\/logo\/[0-9a-f]{32}\.png$/)
      assert.deepEqual(
        Object.entries(rest).filter(([, value]) => value !== null),
        [
          ['display_name', 'Lamp & Co.'],
          ['terms_url', 'http://lamp.example/terms'],
          ['brand_color', '#1f6b4f'],
        ],
      )
      assert.deepEqual(await json(...brand), set)
      const { stdout } = await run(...brand, '--clear', 'logo', '--clear', 'display-name')
      assert.match(stdout, /^What customers see in test mode:\n\n {2}name +Shop\n/)
      assert.match(stdout, /\n {2}brand colour +#1f6b4f\n.*\n {2}logo URL +-\n$/)
      const live = (await json(...brand, '--mode', 'live'))['branding'] as object
      assert.deepEqual(new Set(Object.values(live)), new Set([null]))
      await writeFile(file, 'GIF89a')
      await refused(1, '--logo must be a PNG, JPEG, WebP or SVG file.', ...brand, '--logo', file)
      await refused(1, /^--logo: .*gone cannot be read\./, ...brand, '--logo', `${file}.gone`)
    } finally {
      await rm(folder, { recursive: true })
    }
    await refused(
      1,
      /^--statement-descriptor: must be at most 22/,
      ...brand,
      '--statement-descriptor',
      'A'.repeat(23),
    )
    await refused(1, /^--display-name: must not contain control/, ...brand, '--display-name', 'a\u202eb')
    const live = ['--mode', 'live', '--support-url', 'http://lamp.example']
    await refused(1, '--support-url: must be https in live mode', ...brand, ...live)
    await refused(
      2,
      'Give either --logo or --clear logo.',
      ...brand,
      '--logo',
      import.meta.filename,
      '--clear',
      'logo',
    )
    await refused(1, `There is no merchant ${NOBODY}.`, ...brand.with(3, NOBODY), '--brand-color', '000000')
    await refused(1, `There is no merchant ${NOBODY}.`, ...brand.with(3, NOBODY))
  })
})

describe('key', () => {
  test('create, list, revoke: a key works from its creation to its revocation', async () => {
    const { merchant_id } = await newMerchant()
    const of = ['--merchant', merchant_id]
    const made = await json('key', 'create', ...of, '--label', 'reports', '--scope', 'read')
    const key = String(made['key'])
    assert.match(key, /^sk_test_/)
    assert.deepEqual([made['label'], made['scope'], made['expires_at']], ['reports', 'read', null])
    assert.equal((await keyWorks(key)).merchant_id, merchant_id)
    const { stdout } = await run('key', 'list', ...of)
    assert.match(stdout, /^KEY +LABEL +SCOPE +STATUS +CREATED +LAST USED +EXPIRES\n/)
    assert.match(stdout, new RegExp(`\\n${key.slice(0, 20)} +reports +read +active `))
    await refused(
      1,
      `${merchant_id} has no such key in live mode. Is it one of --mode test?`,
      ...['key', 'revoke', ...of, '--key', key.slice(0, 20), '--mode', 'live'],
    )
    const revoked = await json('key', 'revoke', ...of, '--key', key.slice(0, 20))
    assert.equal(revoked['status'], 'revoked')
    await assert.rejects(keyWorks(key), { code: 'invalid_api_key' })
    assert.deepEqual(await json('key', 'revoke', ...of, '--key', String(made['id'])), revoked)
    const labels = async (...more: string[]) =>
      ((await json('key', 'list', ...of, ...more)) as { data: { label: string }[] }).data.map(
        ({ label }) => label,
      )
    assert.deepEqual(await labels(), ['first key'])
    assert.deepEqual(await labels('--revoked'), ['reports', 'first key'])
    assert.deepEqual(await labels('--mode', 'live'), [])
  })

  test('a key made in plain words works, in its own mode', async () => {
    const { merchant_id } = await newMerchant()
    await refused(
      1,
      '--expires-at must be in the future.',
      ...['key', 'create', '--merchant', merchant_id, '--mode', 'live', '--label', 'shop'],
      ...['--expires-at', '2020-01-01T00:00:00Z'],
    )
    const { status, stdout } = await run(
      ...['key', 'create', '--merchant', merchant_id, '--mode', 'live', '--label', 'shop'],
      ...['--expires-at', '2099-01-01T00:00:00+01:00'],
    )
    assert.equal(status, 0)
    const [, key = ''] = /^ {2}key +(sk_live_\S+)$/m.exec(stdout) ?? []
    assert.equal((await keyWorks(key)).livemode, true)
    assert.match(stdout, /^ {2}expires +2098-12-31T23:00:00.000Z$/m)
    // The merchant was made in the other mode: what signs webhooks in this one is made with its first key.
    assert.match(stdout, /^ {2}webhook secret +whsec_[0-9A-Za-z+/]{43}=$/m)
    const next = await json('key', 'create', '--merchant', merchant_id, '--mode', 'live', '--label', 'next')
    assert.equal('webhook_secret' in next, false)
  })

  test('refuses in words of its options', async () => {
    const { merchant_id } = await newMerchant()
    const words = ['key', 'create', '--merchant', merchant_id, '--label', 'x']
    await refused(1, '--expires-at must be in the future.', ...words, '--expires-at', '2020-01-01T00:00:00Z')
    await refused(1, /^--expires-at: must be an ISO 8601 time/, ...words, '--expires-at', 'tomorrow')
    await refused(1, '--label: must not be empty', ...words.with(5, ' '))
    await refused(1, `There is no merchant ${NOBODY}.`, ...words.with(3, NOBODY))
    await refused(1, /^--merchant must be an id like mer_/, ...words.with(3, 'Shop'))
    await refused(1, `There is no merchant ${NOBODY}.`, 'key', 'list', '--merchant', NOBODY)
    await refused(1, /must be the id of a key/, 'key', 'revoke', '--merchant', merchant_id, '--key', 'x')
  })
})

describe('wallet', () => {
  test('set and list: the address as its network spells it', async () => {
    const { merchant_id } = await newMerchant()
    const of = ['--merchant', merchant_id]
    const { stdout } = await run('wallet', 'list', ...of)
    assert.equal(stdout, 'No wallets in test mode: sessions are refused until one is set.\n')
    const set = ['wallet', 'set', ...of, '--currency', 'USDC', '--network', 'ethereum', '--address']
    const wallet = { asset: 'USDC', ...WALLET }
    assert.deepEqual(await json(...set, WALLET.address.toLowerCase()), {
      object: 'wallet',
      merchant_id,
      livemode: false,
      ...wallet,
    })
    assert.deepEqual(await json('wallet', 'list', ...of), { object: 'list', data: [wallet] })
    await refused(1, /checksum/, ...set, WALLET.address.replace('dc79C8', 'DC79C8'))
    await refused(1, /cannot be paid out on tron/, ...set.with(7, 'tron'), WALLET.address)
    await refused(1, /cannot be paid out/, ...set, WALLET.address, '--mode', 'live')
    await refused(1, `There is no merchant ${NOBODY}.`, ...set.with(3, NOBODY), WALLET.address)
    assert.deepEqual(await json('wallet', 'list', ...of), { object: 'list', data: [wallet] })
  })
})

describe('any command', () => {
  test('says what is wrong with the settings, all at once and by name', async () => {
    delete process.env['SKIRO_DATABASE_URL']
    process.env['SKIRO_PORT'] = 'x'
    try {
      const { message } = await refused(1, 'The configuration is not valid:', 'merchant', 'list')
      assert.match(message, /SKIRO_DATABASE_URL: is not set\. [^]*SKIRO_PORT: /)
    } finally {
      process.env['SKIRO_DATABASE_URL'] = SETTINGS.SKIRO_DATABASE_URL
      delete process.env['SKIRO_PORT']
    }
  })

  test('reads settings from a file; those of the environment win', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skiro-env-'))
    const file = join(folder, 'a.env')
    delete process.env['SKIRO_DATABASE_URL']
    try {
      await writeFile(file, `SKIRO_DATABASE_URL='${database.url}'\nSKIRO_PLANS='{"other":1}'\n`)
      const { merchant_id } = await newMerchant('--env-file', file, '--plan', 'pro')
      assert.match(merchant_id, /^mer_/)
      await refused(2, /a\.env\.gone cannot be read: /, 'merchant', 'list', `--env-file=${file}.gone`)
    } finally {
      process.env['SKIRO_DATABASE_URL'] = SETTINGS.SKIRO_DATABASE_URL
      await rm(folder, { recursive: true })
    }
  })

  test('tells a database that is not there, not migrated, or of another name from a bug', async () => {
    const other = (change: Partial<URL>) => Object.assign(new URL(database.url), change).href
    const wrong: [url: string, message: RegExp][] = [
      [other({ port: '1' }), /^PostgreSQL does not answer at the address in SKIRO_DATABASE_URL\./],
      [other({ pathname: '/not_there' }), /^The database named in SKIRO_DATABASE_URL does not exist\./],
      [
        other({ pathname: '/postgres' }),
        /^The database has not this version's schema\. Run: skiro-server migrate/,
      ],
    ]
    try {
      for (const [url, message] of wrong) {
        process.env['SKIRO_DATABASE_URL'] = url
        await refused(1, message, 'merchant', 'list')
      }
      // Who only serves may look, and change nothing.
      process.env['SKIRO_DATABASE_URL'] = roleUrls(database.url).serve
      assert.equal((await run('merchant', 'list')).status, 0)
      const create = ['merchant', 'create', '--name', 'a', '--email', 'a@b.co']
      await refused(
        1,
        /^The user in SKIRO_DATABASE_URL may not do that\. Commands run as the owner/,
        ...create,
      )
    } finally {
      process.env['SKIRO_DATABASE_URL'] = SETTINGS.SKIRO_DATABASE_URL
    }
  })

  test('prints help and version to standard output', async () => {
    const { status, stdout, stderr } = await run('--help')
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^The Skiro payment gateway/)
    assert.match((await run('--version')).stdout, /^\d+\.\d+\.\d+\n$/)
    const nothing = await run()
    assert.deepEqual([nothing.status, nothing.stdout], [2, ''])
    assert.match(nothing.stderr, /^Name a command\.\n\nThe Skiro payment gateway/)
    const slip = await run('key', 'lst')
    assert.equal(
      slip.stderr,
      'There is no command "key lst". Did you mean "key list"?\nSee: skiro-server key --help\n',
    )
  })
})
