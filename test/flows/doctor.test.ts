import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { generatePrivateKey } from 'viem/accounts'
import vaultArtifact from '../../contracts/artifacts/PayoutVault.json' with { type: 'json' }
import { TOKEN_OWNER, VAULT_OWNER } from '../../packages/sandbox/src/chain.ts'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { startPostgres } from '../../packages/sandbox/src/postgres.ts'
import { runCommand } from '../../packages/server/src/commands/runCommand.ts'
import { migrate } from '../../packages/server/src/db/migrate.ts'
import { openDb } from '../../packages/server/src/db/sql.ts'
import { deployed } from '../support/deployed.ts'
import { spendNonceElsewhere, treasuryOf } from '../support/chainControls.ts'
import { type Gateway, startWorld, type World } from '../support/world.ts'

const BIN = new URL('../../packages/server/bin/skiro-server.mjs', import.meta.url).pathname
/** Nothing listens there. Not a well-known port: fetch refuses those by itself. */
const DEAD = `http://127.0.0.1:${await freePort('127.0.0.1')}`

type Line = { check: string; verdict: 'ok' | 'warn' | 'fail' | 'skip'; message: string; fix?: string }
type Diagnosis = { object: string; ok: boolean; counts: Record<string, number>; checks: Line[] }

describe('doctor', () => {
  let world: World
  let gateway: Gateway
  let healthy: string[]
  before(async () => {
    world = await startWorld()
    gateway = await world.startGateway()
    await world.createMerchant()
    healthy = (await doctor()).checks.map(({ check }) => check)
  })
  after(async () => {
    await gateway?.stop()
    await world?.stop()
  })

  /** In this process, which saves the start of one for every fault. It sees these settings and no other. */
  async function run(words: string[], change: Record<string, string | undefined>) {
    const kept = { ...process.env }
    const settings = Object.entries({ ...world.env, ...change }).filter(([, value]) => value !== undefined)
    for (const name of Object.keys(kept)) if (name.startsWith('SKIRO_')) delete process.env[name]
    Object.assign(process.env, Object.fromEntries(settings))
    let [stdout, stderr] = ['', '']
    try {
      const status = await runCommand(['doctor', ...words], {
        stdout: (text) => void (stdout += text),
        stderr: (text) => void (stderr += text),
      })
      return { stdout, stderr, status }
    } finally {
      for (const [name] of settings) delete process.env[name]
      Object.assign(process.env, kept)
    }
  }

  async function doctor(change: Record<string, string | undefined> = {}, ...words: string[]) {
    const { stdout, stderr, status } = await run(['--json', ...words], change)
    assert.equal(stderr, '')
    const diagnosis = JSON.parse(stdout) as Diagnosis
    const bad = diagnosis.checks.filter(({ verdict }) => verdict === 'fail')
    assert.deepEqual([status, diagnosis.ok], bad.length > 0 ? [1, false] : [0, true])
    for (const { verdict, message, fix } of diagnosis.checks) {
      assert.match(message, /[.!?]$/)
      assert.equal(fix !== undefined, verdict === 'fail' || verdict === 'warn', message)
    }
    return diagnosis
  }

  /** With the fault there, exactly these lines are not ok, and no line is missing. Returns them. */
  async function finds(
    expected: Record<string, Line['verdict']>,
    change: Record<string, string | undefined> = {},
    ...words: string[]
  ): Promise<Line[]> {
    const { checks } = await doctor(change, ...words)
    const bad = checks.filter(({ verdict }) => verdict !== 'ok')
    assert.deepEqual(Object.fromEntries(bad.map(({ check, verdict }) => [check, verdict])), expected)
    assert.deepEqual(
      new Set(checks.map(({ check }) => check)),
      new Set([...healthy.filter((check) => !(check in expected)), ...Object.keys(expected)]),
    )
    return bad
  }

  /** The same with a fault in the database, which is mended again. */
  async function withRows(plant: string, mend: string, look: () => Promise<void>): Promise<void> {
    await world.database.db.query(plant)
    try {
      await look()
    } finally {
      await world.database.db.query(mend)
    }
  }

  const chains = (change: object) =>
    JSON.stringify([{ ...(JSON.parse(world.env.SKIRO_TEST_CHAINS) as object[])[0], ...change }])
  const acquirer = (change: object) =>
    JSON.stringify({ ...(JSON.parse(world.env.SKIRO_TEST_ACQUIRER) as object), ...change })

  it('finds nothing on a deployment that is well', async () => {
    assert.deepEqual(await finds({}), [])
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [BIN, 'doctor'], {
      env: world.env,
    })
    assert.equal(stderr, '')
    const lines = stdout.trimEnd().split('\n')
    assert.deepEqual(
      lines.slice(0, -2).map((line) => line.slice(0, 4).trim()),
      healthy.map(() => 'ok'),
    )
    assert.equal(lines.at(-1), `${healthy.length} ok`)
    for (const name of ['database', 'test acquirer', 'test venue kraken', 'test chain ethereum', 'work'])
      assert.match(stdout, new RegExp(`^ok {4}${name} `, 'm'))
  })

  it('shows nothing that is secret', async () => {
    const { env } = world
    const { stdout } = await run([], {
      SKIRO_TEST_ACQUIRER: acquirer({ url: DEAD }),
      SKIRO_TEST_VENUES: '{}',
    })
    const secrets = [env.SKIRO_KEY_ENCRYPTION_KEY, env.SKIRO_TEST_SIGNER_KEY, 'sk_sim_test', 'pk_sim_test']
    for (const secret of secrets) assert.ok(!stdout.includes(secret))
  })

  it('another encryption key than the stored secrets were sealed with', async () => {
    const [line] = await finds(
      { 'encryption key': 'fail' },
      { SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') },
    )
    assert.match(line?.message ?? '', /^It opens 0 of 1 stored secrets/)
    assert.match(line?.fix ?? '', /SKIRO_KEY_ENCRYPTION_KEY/)
    assert.match(line?.fix ?? '', /, whose id is [0-9a-f]{8}\./)
  })

  it('an encryption key that is being changed: well while both are there, and one that was taken away too early', async () => {
    const [current, next] = [world.env.SKIRO_KEY_ENCRYPTION_KEY, randomBytes(32).toString('base64')]
    const both = { SKIRO_KEY_ENCRYPTION_KEY: next, SKIRO_OTHER_KEY_ENCRYPTION_KEYS: current }
    assert.deepEqual(await finds({}, both), [])
    const said = (await doctor(both)).checks.find(({ check }) => check === 'encryption key')?.message
    assert.match(said ?? '', /^It opens 1 of 1 .* Not under the current key, for secrets rewrap: 1\.$/)

    // An older secret that still signs during its rotation, under a key that is gone.
    const { rows } = await world.database.db.query<{ id: string; secret_sealed: Buffer }>(
      'select id, secret_sealed from webhook_endpoint',
    )
    const [{ id, secret_sealed } = { id: '', secret_sealed: Buffer.alloc(0) }] = rows
    const lost = Buffer.concat([Buffer.from([2, 0xde, 0xad, 0xbe, 0xef]), secret_sealed.subarray(5)])
    await withRows(
      `update webhook_endpoint set previous_secret_sealed = '\\x${lost.toString('hex')}',
         previous_secret_until = now() where id = '${id}'`,
      `update webhook_endpoint set previous_secret_sealed = null, previous_secret_until = null where id = '${id}'`,
      async () => {
        const [line] = await finds({ 'encryption key': 'fail' })
        assert.match(
          line?.message ?? '',
          /^Sealed with the key deadbeef, which the settings do not have: 1\./,
        )
        assert.match(line?.fix ?? '', /SKIRO_OTHER_KEY_ENCRYPTION_KEYS.*secrets rewrap/)
      },
    )
  })

  it('a missing migration', async () => {
    const { rows } = await world.database.db.query<{ name: string }>(
      'select max(name) as name from schema_migration',
    )
    const name = rows[0]?.name ?? ''
    await withRows(
      `delete from schema_migration where name = '${name}'`,
      `insert into schema_migration (name) values ('${name}')`,
      async () => {
        // The server is not ready either, and says so, but its address is right.
        const [line] = await finds({ migrations: 'fail' })
        assert.deepEqual([line?.message, line?.fix], [`Not applied: ${name}.`, 'Run: skiro-server migrate'])
      },
    )
  })

  it('a database that a newer version has migrated', async () => {
    await withRows(
      `insert into schema_migration (name) values ('9999_later.sql')`,
      `delete from schema_migration where name = '9999_later.sql'`,
      async () => {
        const [line] = await finds({ migrations: 'warn' })
        assert.equal(line?.message, 'The database is newer than this version: it has 9999_later.sql.')
      },
    )
  })

  it('a database without a schema', async () => {
    const empty = `t_${randomBytes(8).toString('hex')}`
    await world.database.db.query(`create database ${empty} template template0`)
    try {
      const [first, ...rest] = await finds(
        {
          migrations: 'fail',
          'database roles': 'skip',
          'encryption key': 'skip',
          plans: 'skip',
          wallets: 'skip',
          'test signer': 'skip',
          'test nonces ethereum': 'skip',
          'webhook targets': 'skip',
          work: 'skip',
          'unknown charges': 'skip',
          'held payouts': 'skip',
          treasury: 'skip',
        },
        { SKIRO_DATABASE_URL: Object.assign(new URL(world.database.url), { pathname: `/${empty}` }).href },
      )
      assert.equal(first?.message, 'The database is empty.')
      for (const { message } of rest) assert.equal(message, 'Cannot be asked before the migrations have run.')
    } finally {
      await world.database.db.query(`drop database ${empty} with (force)`)
    }
  })

  it('a database that is not there', async () => {
    const dead = Object.assign(new URL(world.database.url), { port: '9' }).href
    const { checks } = await doctor({ SKIRO_DATABASE_URL: dead })
    const verdicts = Object.groupBy(checks, ({ verdict }) => verdict)
    assert.deepEqual(
      verdicts.fail?.map(({ check }) => check),
      ['database'],
    )
    assert.match(verdicts.fail?.[0]?.message ?? '', /^PostgreSQL does not answer: .*ECONNREFUSED/)
    const needing = ['durability', 'clock', 'migrations', 'encryption key', 'test nonces ethereum', 'work']
    for (const name of needing)
      assert.ok(
        verdicts.skip?.some(({ check }) => check === name),
        name,
      )
    for (const name of [
      'test acquirer',
      'test rates',
      'test chain ethereum',
      'test wallet ethereum',
      'public url',
    ])
      assert.ok(
        verdicts.ok?.some(({ check }) => check === name),
        name,
      )
  })

  it('a node that does not answer', async () => {
    const [line] = await finds(
      { 'test chain ethereum': 'fail', 'test wallet ethereum': 'skip', 'test nonces ethereum': 'skip' },
      { SKIRO_TEST_CHAINS: chains({ rpc_url: `${DEAD}/api-key-in-url` }) },
    )
    assert.match(line?.message ?? '', /^The node does not answer: .*ECONNREFUSED/)
    assert.doesNotMatch(JSON.stringify(line), /api-key-in-url/)
  })

  it('a node of another chain', async () => {
    const [line] = await finds(
      { 'test chain ethereum': 'fail', 'test wallet ethereum': 'skip', 'test nonces ethereum': 'skip' },
      { SKIRO_TEST_CHAINS: chains({ chain_id: 1 }) },
    )
    assert.equal(line?.message, 'The node refuses: the node serves chain 31337, ethereum is 1.')
  })

  it('a token that is none', async () => {
    const [line] = await finds(
      { 'test chain ethereum': 'fail', 'test wallet ethereum': 'skip', 'test nonces ethereum': 'skip' },
      { SKIRO_TEST_CHAINS: chains({ tokens: { ...world.chain.tokens, USDT: treasuryOf(world) } }) },
    )
    assert.match(line?.message ?? '', /is not a token with 6 decimals\.$/)
  })

  it('a signer that is stopped or away, and an address that nobody vouches for', async () => {
    await withRows(
      `insert into signer_stop (livemode, reason) values (false, 'an alarm')`,
      'delete from signer_stop',
      async () => {
        const [line] = await finds({ 'test signer': 'fail' })
        assert.match(line?.message ?? '', /is stopped: an alarm/)
      },
    )
    const remote = '{"kind":"remote","socket":"/nowhere/signer.sock"}'
    const { checks } = await doctor({ SKIRO_TEST_SIGNER_KEY: undefined, SKIRO_TEST_SIGNER: remote })
    const signer = checks.find(({ check }) => check === 'test signer')
    assert.deepEqual([signer?.verdict, /does not answer/.test(signer?.message ?? '')], ['fail', true])
    await withRows(
      `update wallet set address = replace(address, '0x', '0x0')`,
      `update wallet set address = replace(address, '0x0', '0x')`,
      async () => {
        const [line] = await finds({ 'test signer': 'warn' })
        assert.match(line?.message ?? '', /nobody vouches for: 3/)
      },
    )
  })

  it('a hot wallet without money', async () => {
    const [, line] = await finds(
      { 'test signer': 'warn', 'test wallet ethereum': 'fail' },
      { SKIRO_TEST_SIGNER_KEY: generatePrivateKey() },
    )
    assert.match(line?.message ?? '', /has no ETH to pay for transactions: no payout can leave\.$/)
    assert.match(line?.fix ?? '', /^Send ETH on ethereum to 0x/)
  })

  it('a vault: what it holds, one without money, and one that is not ours', async () => {
    const { vault } = world.chain
    const verdicts = await doctor({ SKIRO_TEST_CHAINS: chains({ vault }) })
    const line = verdicts.checks.find(({ check }) => check === 'test wallet ethereum')
    assert.match(line?.message ?? '', new RegExp(`holds .* ETH; its vault ${vault} holds .* USDT, .* USDC`))
    const parties = [VAULT_OWNER, treasuryOf(world)]
    const empty = await deployed(world.chain.rpc_url, TOKEN_OWNER, vaultArtifact, parties)
    const [poor] = await finds(
      { 'test wallet ethereum': 'fail' },
      { SKIRO_TEST_CHAINS: chains({ vault: empty }) },
    )
    assert.equal(poor?.message, `The vault ${empty} has no USDT and no USDC: payouts in it are held.`)
    assert.match(poor?.fix ?? '', new RegExp(`^Send USDT and USDC on ethereum to ${empty}`))
    const found = await finds(
      { 'test signer': 'warn', 'test chain ethereum': 'fail', 'test wallet ethereum': 'skip' },
      { SKIRO_TEST_CHAINS: chains({ vault }), SKIRO_TEST_SIGNER_KEY: generatePrivateKey() },
    )
    const strange = found.find(({ check }) => check === 'test chain ethereum')
    assert.match(strange?.message ?? '', /^The node refuses: the vault 0x\w+ has the operator 0x/)
  })

  it('an acquirer that does not answer', async () => {
    const [line] = await finds({ 'test acquirer': 'fail' }, { SKIRO_TEST_ACQUIRER: acquirer({ url: DEAD }) })
    assert.match(line?.message ?? '', /^simulator does not answer: not reached: ECONNREFUSED/)
  })

  it('an acquirer that does not take the key', async () => {
    const [line] = await finds(
      { 'test acquirer': 'fail' },
      { SKIRO_TEST_ACQUIRER: acquirer({ secret_key: 'x' }) },
    )
    assert.match(line?.message ?? '', /^simulator refuses: answered 401/)
    assert.match(line?.fix ?? '', /secret_key/)
  })

  it('one exchange that is down is a warning, too few of them are a failure', async () => {
    const { urls } = world.venues
    const down = (...names: string[]) =>
      JSON.stringify({ ...urls, ...Object.fromEntries(names.map((name) => [name, DEAD])) })
    await finds({ 'test venue binance': 'warn' }, { SKIRO_TEST_VENUES: down('binance') })
    const bad = await finds(
      { 'test venue coinbase': 'warn', 'test venue binance': 'warn', 'test rates': 'fail' },
      { SKIRO_TEST_VENUES: down('binance', 'coinbase') },
    )
    assert.match(bad.at(-1)?.message ?? '', /^No rate from USD to USDT, USDC, ETH: .*coinbase no_answer/)
    assert.match(bad[0]?.message ?? '', /^coinbase does not answer: .*ECONNREFUSED/)
  })

  it('what is switched off that keeps commits safe', async () => {
    const { db, url } = world.database
    const name = new URL(url).pathname.slice(1)
    await withRows(
      `alter database ${name} set synchronous_commit = off`,
      `alter database ${name} reset synchronous_commit`,
      async () => {
        const [line] = await finds({ durability: 'fail' })
        assert.match(line?.message ?? '', /^synchronous_commit is off: /)
      },
    )
    assert.equal((await db.query('select 1')).rowCount, 1)
  })

  it('a server that was set up to be fast', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skiro-unsafe-'))
    const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '25' }
    const postgres = await startPostgres({ dir: join(folder, 'postgres'), settings })
    try {
      const db = openDb(postgres.superuser_url)
      await migrate(db)
      await db.pool.end()
      const bad = await finds(
        { durability: 'fail', connections: 'warn', 'database roles': 'warn' },
        { SKIRO_DATABASE_URL: postgres.superuser_url },
      )
      const said = bad
        .filter(({ check }) => check === 'durability')
        .map(({ message }) => message.split(':')[0])
      assert.deepEqual(said, ['fsync is off', 'full_page_writes is off'])
    } finally {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('a public URL that leads nowhere, to something else, or to another Skiro', async () => {
    const [nowhere] = await finds({ 'public url': 'fail' }, { SKIRO_PUBLIC_URL: DEAD })
    assert.match(nowhere?.message ?? '', /cannot be reached \(ECONNREFUSED\)\.$/)
    await finds({}, { SKIRO_PUBLIC_URL: DEAD }, '--offline')

    const other = createServer((_request, response) => response.end('{"status":"ok"}'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
      const [stranger] = await finds({ 'public url': 'fail' }, { SKIRO_PUBLIC_URL: url })
      assert.equal(stranger?.message, `Something answers at ${url}, but it is not Skiro.`)
    } finally {
      other.close()
    }

    const alias = world.api_url.replace('127.0.0.1', 'localhost')
    const [another] = await finds({ 'public url': 'fail' }, { SKIRO_PUBLIC_URL: alias })
    assert.equal(another?.message, `The Skiro at ${alias} has another SKIRO_PUBLIC_URL: ${world.api_url}.`)
  })

  it('settings that are wrong, misspelt or not for production', async () => {
    const { checks } = await doctor({ SKIRO_PORT: 'x', SKIRO_PUBLIC_URL: undefined })
    assert.deepEqual(
      checks.map(({ check, verdict }) => [check, verdict]),
      [
        ['node', 'ok'],
        ['settings', 'fail'],
        ['settings', 'fail'],
      ],
    )
    assert.match(checks[1]?.message ?? '', /^SKIRO_PUBLIC_URL: is not set\. /)
    assert.match(checks[2]?.message ?? '', /^SKIRO_PORT: /)

    const [misspelt] = await finds({ settings: 'warn' }, { SKIRO_EGRES_ALLOW: '10.0.0.0/8' })
    assert.equal(misspelt?.message, 'SKIRO_EGRES_ALLOW is no setting: nothing reads it.')
    assert.equal(misspelt?.fix, 'Did you mean SKIRO_EGRESS_ALLOW?')
    await finds({ settings: 'fail' }, { SKIRO_FAILPOINT: 'payout.signed' })
    await finds({ log: 'warn' }, { SKIRO_LOG_LEVEL: 'silent' })
    await finds({ log: 'warn' }, { SKIRO_LOG_LEVEL: 'debug' })
  })

  it('no mode at all, and no chain', async () => {
    const lines = await doctor({ SKIRO_TEST_SIGNER_KEY: undefined })
    assert.deepEqual(
      lines.checks.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check),
      ['modes'],
    )
    const { checks } = await doctor({ SKIRO_TEST_CHAINS: '[]' })
    const bad = checks.filter(({ verdict }) => verdict !== 'ok').map(({ check }) => check)
    assert.deepEqual(bad, ['modes', 'wallets', 'wallets', 'wallets'])
  })

  it('plans that merchants have and the settings have not', async () => {
    const [first, second] = await finds({ plans: 'fail' }, { SKIRO_PLANS: '{"pro":290}' })
    assert.match(first?.message ?? '', /^SKIRO_PLANS has no plan free\. .*: 1\.$/)
    assert.match(second?.message ?? '', /has no plan `free`/)
  })

  it('webhook URLs that deliveries may not reach', async () => {
    const [line] = await finds({ 'webhook targets': 'warn' }, { SKIRO_EGRESS_ALLOW: '' })
    assert.match(line?.message ?? '', /^127\.0\.0\.1 of mer_\S+ is a private address: deliveries fail\.$/)
  })

  it('work that nobody takes', async () => {
    await gateway.stop()
    gateway = await world.startGateway({}, 'serve')
    await world.database.db.query(
      `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, metadata, created_at, expires_at)
       select id, false, 'cs_forgotten', 100, 'USD', 'USDT', '{}', now() - interval '2 hours', now() - interval '40 seconds'
       from merchant`,
    )
    const [late] = await finds({ work: 'warn' })
    assert.match(late?.message ?? '', /^Due session expiries that nobody takes: 1, the oldest for 4\d s\.$/)
    await world.database.db.query(
      `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, metadata, created_at, expires_at)
       select id, false, 'cs_lost', 100, 'USD', 'USDT', '{}', now() - interval '2 hours', now() - interval '10 minutes'
       from merchant`,
    )
    const [lost] = await finds({ work: 'fail' })
    assert.match(lost?.message ?? '', /^Due session expiries that nobody takes: 2, the oldest for 60\d s\.$/)
    assert.match(lost?.fix ?? '', /skiro-server work/)
    await gateway.stop()
    gateway = await world.startGateway()
    const end = performance.now() + 20_000
    while ((await doctor()).counts['fail'] !== 0) assert.ok(performance.now() < end, 'the work was not taken')
  })

  it('nonces that this database did not hand out, and a wallet on hold', async () => {
    await world.database.db.query(
      `insert into treasury_wallet (livemode, network, address, next_nonce) values (false, 'ethereum', $1, 0)
       on conflict do nothing`,
      [treasuryOf(world)],
    )
    await finds({})
    await spendNonceElsewhere(world)
    const [line] = await finds({ 'test nonces ethereum': 'fail' })
    assert.match(line?.message ?? '', /^The chain has used 1 nonces, this database handed out 0: /)
    await world.database.db.query(
      `update treasury_wallet set next_nonce = 1, hold_reason = 'somebody looked'`,
    )
    const [held] = await finds({ 'test nonces ethereum': 'fail' })
    assert.equal(held?.message, 'The wallet is on hold: somebody looked.')
  })
})
