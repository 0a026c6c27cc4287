/** A backup is restored, a copy is started beside the first, a stranger signs: the chain pays each payout once. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { openDb } from '../../packages/server/src/db/sql.ts'
import { treasuryNonce } from '../support/chainControls.ts'
import { testDatabase } from '../support/database.ts'
import { transfersTo } from '../support/judge.ts'
import { assertPaidOnce, completed } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

let world: World
let merchant: Merchant
before(async () => {
  world = await startWorld()
  merchant = await world.createMerchant()
})
after(async () => {
  for (const name of copies) await onServer(`drop database if exists ${name} with (force)`)
  await world?.stop()
})

const copies: string[] = []

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({
    connectionString: world.env.SKIRO_DATABASE_URL.replace(/\/[^/]*$/, '/postgres'),
  })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A copy of the database, as a backup is; nothing may be connected to it. */
async function copyDatabase(): Promise<string> {
  const from = new URL(world.env.SKIRO_DATABASE_URL).pathname.slice(1)
  const name = `${from}_${copies.length}`
  await eventually('nobody is connected', 10, async () => {
    await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`)
    return await onServer(`create database ${name} template ${from}`).then(
      () => true,
      () => false,
    )
  })
  copies.push(name)
  return world.env.SKIRO_DATABASE_URL.replace(/[^/]*$/, name)
}

/** A second stack: the same wallet, acquirer and settings, another database and port. */
async function startOn(
  url: string,
): Promise<{ world: World; ask: ReturnType<typeof asker>; close(): Promise<void> }> {
  const db = openDb(url, { name: 'test' })
  const port = await freePort('127.0.0.1')
  const gateway: Gateway = await world.startGateway({ SKIRO_DATABASE_URL: url, SKIRO_PORT: String(port) })
  await gateway.ready
  const close = async () => {
    await gateway.stop()
    await db.pool.end()
  }
  return { world: { ...world, api_url: `http://127.0.0.1:${port}` }, ask: asker(db), close }
}

type Queryable = World['database']['db']
const asker = (db: Queryable) => ({
  hurry: () => db.query(`update payout_batch set wake_at = now() where state = 'signed'`),
  wallet: async () => {
    const { rows } = await db.query<{ hold_reason: string | null }>(
      'select hold_reason from treasury_wallet where not livemode',
    )
    return rows[0]?.hold_reason ?? null
  },
  mode: async () => {
    const { rows } = await db.query<{ hold_reason: string | null }>('select hold_reason from payout_guard')
    return rows[0]?.hold_reason ?? null
  },
  states: async () => {
    const { rows } = await db.query<{ state: string }>(`select state from payout order by created_at`)
    return rows.map(({ state }) => state)
  },
})

// No two payments are alike, so that two equal transfers are one payout paid twice.
let dollars = 20
async function paySessions(count: number, at: World = world): Promise<string[]> {
  const sessions: string[] = []
  for (let n = 0; n < count; n++) {
    const session = await createSession(at, merchant, { amount: ++dollars })
    await pay(at, session, await cardToken(at, session))
    sessions.push(session)
  }
  return sessions
}

/** Runs `reconcile` and gives what it says, whatever its exit code. */
async function reconcile(env: Record<string, string> = {}, ...words: string[]) {
  const { runCommand } = await import('../../packages/server/src/commands/runCommand.ts')
  const before = { ...process.env }
  Object.assign(process.env, world.env, env)
  let out = ''
  try {
    const code = await runCommand(['reconcile', '--json', ...words], {
      stdout: (text) => void (out += text),
      stderr: () => {},
    })
    type Said = { findings: { kind: string; found: string }[]; notes: { object: string; text: string }[] }
    return { code, ...(JSON.parse(out) as Said) }
  } finally {
    process.env = before
  }
}

const ours = () => asker(world.database.db)
let paid: string[]

test('after real payments everything agrees, once the opening balance is booked', async () => {
  const gateway = await world.startGateway()
  paid = await paySessions(2)
  await assertPaidOnce(world, merchant, paid)
  const first = await reconcile()
  assert.deepEqual([first.code, first.findings], [0, []])
  assert.deepEqual(
    first.notes.map(({ object }) => object),
    ['hot_wallet USDT', 'hot_wallet USDC', 'hot_wallet ETH'],
  )
  assert.deepEqual((await reconcile({}, '--book-balances')).code, 0)
  const booked = await reconcile()
  assert.deepEqual([booked.code, booked.findings, booked.notes], [0, [], []])
  await gateway.stop()
})

test('a dump, or a new database, that is started as a second stack pays nothing', async () => {
  const url = await copyDatabase()
  const before = await treasuryNonce(world)
  const fresh = await testDatabase()
  const [copy, newcomer] = await Promise.all([startOn(url), startOn(fresh.url)])
  try {
    const seen = /for the first time, and the chain knows \d+ transactions/
    assert.match((await newcomer.ask.wallet()) ?? '', seen)
    await eventually('it knows what it is', 20, async () => (await copy.ask.mode())?.includes('is a copy'))
    const [session] = await paySessions(1, copy.world)
    const held = await eventually(
      'its payout is held',
      20,
      async () => (await copy.ask.states()).at(-1) === 'held',
    )
    assert.ok(session && held)
    assert.equal(await treasuryNonce(world), before, 'the second stack has signed')
    // And the first one: it has to hear of a card that was charged without it.
    const gateway = await world.startGateway()
    await gateway.ready
    assert.match(
      (await ours().mode()) ?? '',
      /acquirer has captured 1 payments that this database does not know/,
    )
    await gateway.stop()
    const { code, findings } = await reconcile()
    assert.equal(code, 1)
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ['capture_unknown'],
    )
  } finally {
    await Promise.all([copy.close(), newcomer.close()])
    await fresh.drop()
  }
})

test('a backup that is older than payouts: all of them are held, and reconcile names what the chain has', async () => {
  await world.command('treasury', 'release')
  const url = await copyDatabase()
  const gateway = await world.startGateway()
  const lost = await paySessions(2)
  for (const session of lost) await completed(world, merchant, session)
  await gateway.stop()
  const before = await treasuryNonce(world)
  const sent = await transfersTo(world, 'USDT', merchant.address)

  // Restored as a copy of files is: the database takes itself for what it was.
  const restored = openDb(url, { name: 'test' })
  await restored.query(
    `update payout_guard set database_oid = (select oid from pg_database where datname = current_database())`,
  )
  await restored.pool.end()
  const old = await startOn(url)
  try {
    assert.match((await old.ask.mode()) ?? '', /acquirer has captured 2 payments/)
    assert.match(
      (await old.ask.wallet()) ?? '',
      /the chain has consumed \d+ nonces, this database handed out \d+/,
    )
    const { code, findings, notes } = await reconcile({ SKIRO_DATABASE_URL: url })
    assert.equal(code, 1)
    const kinds = findings.map(({ kind }) => kind).toSorted()
    assert.deepEqual(kinds, [
      'balance_differs',
      'balance_differs',
      'capture_unknown',
      'capture_unknown',
      'capture_unknown',
      'unknown_transaction',
      'unknown_transaction',
    ])
    const strangers = findings.filter(({ kind }) => kind === 'unknown_transaction')
    for (const { found } of strangers) assert.match(found, /^0x[0-9a-f]{64}, to 0x/)
    assert.ok(notes.every(({ text }) => text.includes('Not before what was found is settled')))
    assert.equal(await treasuryNonce(world), before)
    assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), sent)
  } finally {
    await old.close()
  }
})

// Last: whichever of the two wins, what the other has is of no use to any test after it.
test('two copies that do not know that they are copies race for the same payouts: none is paid twice', async () => {
  const { db } = world.database
  const first = await world.startGateway()
  // Owed, and none has a transaction yet.
  await db.query(`update treasury_wallet set hold_reason = 'for now'`)
  await paySessions(2)
  await eventually('two held payouts', 20, async () => {
    return (await ours().states()).filter((state) => state === 'held').length === 2
  })
  await first.stop()
  await db.query(`update treasury_wallet set hold_reason = null`)
  await db.query(`update payout set wake_at = now(), lease_until = null where state = 'held'`)
  const url = await copyDatabase()
  const copy = openDb(url, { name: 'test' })
  // A copy of the files has the same identity; and this one takes the payouts in the other order.
  await copy.query(
    `update payout_guard set database_oid = (select oid from pg_database where datname = current_database())`,
  )
  await copy.query(`alter table payout disable trigger user`)
  await copy.query(
    `update payout set created_at = now() - (created_at - '2020-01-01'::timestamptz) where state = 'held'`,
  )
  await copy.query(`alter table payout enable trigger user`)
  await copy.pool.end()

  const [gateway, other] = await Promise.all([world.startGateway(), startOn(url)])
  try {
    await eventually('one of them holds the wallet', 40, async () => {
      // The pauses between looks at a nonce that is taken grow. Nobody should wait for them here.
      for (const asked of [ours(), other.ask]) await asked.hurry()
      return (await ours().wallet()) !== null || (await other.ask.wallet()) !== null
    })
    await eventually('nothing is under way', 30, async () => {
      const all = [...(await ours().states()), ...(await other.ask.states())]
      return !all.some((state) => ['broadcast', 'mined'].includes(state))
    })
    const sent = await transfersTo(world, 'USDT', merchant.address)
    assert.equal(new Set(sent).size, sent.length, `paid twice: ${sent.join(', ')}`)
    assert.ok(sent.length >= 5, 'the race paid nothing at all')
  } finally {
    await gateway.stop()
    await other.close()
  }
})
