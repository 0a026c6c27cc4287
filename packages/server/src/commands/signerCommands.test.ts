import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, test } from 'node:test'
import { privateKeyToAddress } from 'viem/accounts'
import { testDatabase } from '../../../../test/support/database.ts'
import { TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { SIGNER_KEY, SIGNER_WALLET } from '../../../../test/support/signing.ts'
import { createKeystoreSigner } from '../adapters/signers/keystore/index.ts'
import { ConfigError, readConfig, readSignerConfig } from '../config.ts'
import { Secret } from '../lib/secrets.ts'
import { runCommand } from './runCommand.ts'

const database = await testDatabase()
const folder = await mkdtemp(join(tmpdir(), 'skiro-commands-'))
after(async () => Promise.all([database.drop(), rm(folder, { recursive: true })]))

const SETTINGS = {
  ...TEST_MODE,
  SKIRO_DATABASE_URL: database.url,
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
}
Object.assign(process.env, SETTINGS)
afterEach(() => {
  for (const name of ['SKIRO_SIGNER_JOURNAL', 'SKIRO_KEYSTORE_PASSPHRASE', 'SKIRO_ADDRESS_MAC_KEY'])
    delete process.env[name]
})

async function run(...words: string[]) {
  let [stdout, stderr] = ['', '']
  const status = await runCommand([...words, '--json'], {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  })
  return { status, json: JSON.parse(stdout) as Record<string, unknown>, stderr }
}

describe('keystore', () => {
  const path = (name: string) => join(folder, name)

  test('create makes a key that the signer can use', async () => {
    await writeFile(path('passphrase'), 'a passphrase\n', { mode: 0o600 })
    const words = ['--file', path('new'), '--passphrase-file', path('passphrase')]
    const { status, json } = await run('keystore', 'create', ...words)
    assert.equal(status, 0)
    const signer = createKeystoreSigner(path('new'), async () => new Secret('a passphrase'))
    assert.equal(await signer.publicKey(), json.public_key)
    await signer.signDigest(`0x${'ab'.repeat(32)}`)
    const shown = await run('keystore', 'show-address', '--file', path('new'))
    assert.deepEqual(shown.json, json)
    const again = await run('keystore', 'create', ...words)
    assert.deepEqual([again.status, again.json.error], [1, 'invalid_request'])
    assert.match(String(again.json.message), /never overwritten/)
  })

  test('import takes a key over, and shows it nowhere', async () => {
    await writeFile(path('key'), `${SIGNER_KEY}\n`, { mode: 0o600 })
    process.env.SKIRO_KEYSTORE_PASSPHRASE = 'from the environment'
    const words = ['keystore', 'import', '--file', path('imported'), '--key-file', path('key')]
    const { status, json, stderr } = await run(...words)
    assert.deepEqual([status, json.address], [0, SIGNER_WALLET])
    for (const text of [JSON.stringify(json), stderr, await readFile(path('imported'), 'utf8')])
      assert.ok(!text.includes(SIGNER_KEY.slice(2)))
  })

  test('import refuses what is no key, and what others can read', async () => {
    process.env.SKIRO_KEYSTORE_PASSPHRASE = 'p'
    await writeFile(path('bad'), `${SIGNER_KEY}00`, { mode: 0o600 })
    const words = ['keystore', 'import', '--file', path('x'), '--key-file', path('bad')]
    const bad = await run(...words)
    assert.match(String(bad.json.message), /not a secp256k1 private key/)
    assert.ok(!JSON.stringify(bad).includes(SIGNER_KEY.slice(2, 20)))
    await chmod(path('bad'), 0o644)
    assert.match(String((await run(...words)).json.message), /chmod 600/)
  })
})

describe('signer', () => {
  const both = async () => [
    (await run('signer', 'status')).json.stopped,
    (await run('signer', 'status')).status,
  ]

  test('stop and start hold for all processes of the gateway', async () => {
    assert.deepEqual(await both(), [null, 0])
    assert.equal((await run('signer', 'stop', '--reason', 'an alarm')).json.stopped, 'an alarm')
    assert.deepEqual(await both(), ['an alarm', 1])
    const { json } = await run('signer', 'status', '--mode', 'live')
    assert.equal(json.stopped, null)
    assert.equal((await run('signer', 'start')).json.stopped, null)
    assert.deepEqual(await both(), [null, 0])
  })

  test('in the environment of a signer process they are about that process', async () => {
    process.env.SKIRO_SIGNER_JOURNAL = join(folder, 'journal')
    await run('signer', 'stop')
    assert.deepEqual(await both(), ['stopped by hand', 1])
    assert.equal(await readFile(join(folder, 'journal.stop'), 'utf8'), 'stopped by hand\n')
    delete process.env.SKIRO_SIGNER_JOURNAL
    assert.deepEqual(await both(), [null, 0])
    process.env.SKIRO_SIGNER_JOURNAL = join(folder, 'journal')
    await run('signer', 'start')
    assert.deepEqual(await both(), [null, 0])
  })
})

describe('wallet mac', () => {
  test('shows what nobody vouches for, and vouches for it when told', async () => {
    const wallet = `USDT=ethereum:${WALLET.address}`
    const { json: made } = await run(
      ...['merchant', 'create', '--name', 'Shop', '--email', 'o@example.com', '--wallet', wallet],
    )
    const { merchant_id } = made
    const open = async () => {
      const { status, json } = await run('wallet', 'mac')
      return [status, (json.data as { merchant_id: string; mac: string }[]).map(({ mac }) => mac)]
    }
    assert.deepEqual(await open(), [0, []])
    await database.db.query('update wallet set mac = null where merchant_id = $1', [merchant_id])
    assert.deepEqual(await open(), [1, ['none']])
    const thief = privateKeyToAddress(`0x${'77'.repeat(32)}`)
    assert.equal((await run('wallet', 'mac', '--confirm')).json.vouched_for, 1)
    assert.deepEqual(await open(), [0, []])
    await database.db.query('update wallet set address = $2 where merchant_id = $1', [merchant_id, thief])
    assert.deepEqual(await open(), [1, ['wrong']])
    process.env.SKIRO_ADDRESS_MAC_KEY = randomBytes(32).toString('base64')
    await run('wallet', 'mac', '--confirm')
    assert.deepEqual(await open(), [0, []])
    delete process.env.SKIRO_ADDRESS_MAC_KEY
    assert.deepEqual(await open(), [1, ['wrong']])
  })
})

describe('settings of the signer', () => {
  const { SKIRO_TEST_SIGNER_KEY: _key, ...without_key } = SETTINGS
  const refused = (
    env: Record<string, string>,
    message: RegExp,
    read: (env: NodeJS.ProcessEnv) => unknown = readConfig,
  ) =>
    assert.throws(
      () => read(env),
      (error: Error) => {
        assert.ok(error instanceof ConfigError)
        assert.match(error.message, message)
        assert.ok(!error.message.includes(SIGNER_KEY.slice(2)))
        return true
      },
    )
  const policy = (caps: object, fees: object = {}) => ({
    ...SETTINGS,
    SKIRO_TEST_SIGNER_POLICY: JSON.stringify({ caps, fees }),
  })
  const caps = (transaction: string, hour: string, day: string) => ({ transaction, hour, day })

  test('say what is wrong, by name', () => {
    refused(
      { ...SETTINGS, SKIRO_TEST_SIGNER: '{"kind":"remote","socket":"/x"}' },
      /SKIRO_TEST_SIGNER: is set beside SKIRO_TEST_SIGNER_KEY/,
    )
    refused({ ...without_key, SKIRO_TEST_SIGNER: '{"kind":"paper"}' }, /SKIRO_TEST_SIGNER\.kind/)
    refused(policy({ DOGE: caps('1', '1', '1') }), /SKIRO_TEST_SIGNER_POLICY\.caps\.DOGE/)
    refused(policy({ USDT: caps('0.0000001', '1', '1') }), /caps\.USDT\.transaction.*6 decimals/)
    refused(policy({ USDT: caps('2', '1', '3') }), /caps\.USDT.*an hour needs at least/)
    refused(policy({}, { GWEI: caps('1', '1', '1') }), /fees\.GWEI/)
    refused({ ...SETTINGS, SKIRO_ADDRESS_MAC_KEY: 'short' }, /SKIRO_ADDRESS_MAC_KEY/)
  })

  test('of a process: all that it needs, and nothing of the gateway', () => {
    const env = {
      SKIRO_TEST_SIGNER_KEY: SIGNER_KEY,
      SKIRO_TEST_CHAINS: TEST_MODE.SKIRO_TEST_CHAINS,
      SKIRO_SIGNER_SOCKET: '/run/skiro/signer.sock',
      SKIRO_SIGNER_JOURNAL: '/var/lib/skiro/journal',
    }
    assert.equal(readSignerConfig(env).signer.kind, 'key')
    const read = (change: NodeJS.ProcessEnv) => readSignerConfig(change)
    for (const name of ['SKIRO_SIGNER_SOCKET', 'SKIRO_SIGNER_JOURNAL', 'SKIRO_TEST_CHAINS'] as const) {
      const { [name]: _, ...less } = env
      refused(less, new RegExp(`${name}: is not set`), read)
    }
    const { SKIRO_TEST_SIGNER_KEY: _, ...keyless } = env
    refused(keyless, /SKIRO_TEST_SIGNER: is not set/, read)
    const keystore = { ...keyless, SKIRO_TEST_SIGNER: '{"kind":"keystore","file":"k"}' }
    refused(keystore, /SKIRO_ADDRESS_MAC_KEY: is not set/, read)
    refused(
      { ...keyless, SKIRO_TEST_SIGNER: '{"kind":"remote","socket":"s"}' },
      /must hold the key itself/,
      read,
    )
  })

  test('policies are in minor units afterwards', () => {
    const config = readConfig(policy({ USDT: caps('1.5', '2', '3') }, { ETH: caps('0.1', '1', '1') }))
    const { caps: read, fees } = config.test?.signer.policy ?? {}
    assert.deepEqual(read?.USDT, { transaction: 1_500_000n, hour: 2_000_000n, day: 3_000_000n })
    assert.equal(fees?.ETH?.transaction, 10n ** 17n)
  })
})
