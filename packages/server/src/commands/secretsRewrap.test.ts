import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { TEST_MODE } from '../../../../test/support/gatewayContext.ts'
import { signatures, webhookBench } from '../../../../test/support/webhookBench.ts'
import { inTransaction, one } from '../db/sql.ts'
import { KeyRing } from '../lib/keyRing.ts'
import { headOf, open, rewrap, seal } from '../lib/seal.ts'
import { Secret } from '../lib/secrets.ts'
import { secretContext } from '../webhooks/secretContext.ts'
import { rotateSecret } from '../webhooks/rotateSecret.ts'
import { runCommand } from './runCommand.ts'
import { SEALED_COLUMNS, type SealedColumn } from './sealed/columns.ts'
import { rewrapAll } from './sealed/rewrapAll.ts'
import { readPart, replaceSealed } from './sealed/store.ts'

const PROGRAM = new URL('../../bin/skiro-server.mjs', import.meta.url).pathname

const [OLD, NEW, WRONG] = [0, 1, 2].map(() => randomBytes(32).toString('base64')) as [string, string, string]
const ringOf = (current: string, ...others: string[]) =>
  new KeyRing(
    new Secret(current),
    others.map((key) => new Secret(key)),
  )
const idOf = (key: string) => ringOf(key).current.id
const settings = (current: string, ...others: string[]) => ({
  SKIRO_KEY_ENCRYPTION_KEY: current,
  SKIRO_OTHER_KEY_ENCRYPTION_KEYS: others.join(),
})

// Three processes of one installation: before, during and after the change of the key.
const database = await testDatabase()
const { db } = database
const shared = { ...database, drop: async () => {} }
const before = await webhookBench(settings(OLD), shared)
const during = await webhookBench(settings(NEW, OLD), shared)
const later = await webhookBench(settings(NEW), shared)
after(() => database.drop())

type Report = {
  current_key: string
  rewrapped?: number
  complete: boolean
  keys: { key: string | null; standing: string; column: string; values: number }[]
}

/** `secrets rewrap` as an operator calls it, with these keys. */
async function command(keys: Record<string, string>, ...words: string[]) {
  const set = {
    ...TEST_MODE,
    ...keys,
    SKIRO_DATABASE_URL: database.url,
    SKIRO_PUBLIC_URL: 'https://a.example',
  }
  Object.assign(process.env, set, { SKIRO_LOG_LEVEL: 'silent' })
  let [stdout, stderr] = ['', '']
  const status = await runCommand(['secrets', 'rewrap', ...words], {
    stdout: (said) => void (stdout += said),
    stderr: (said) => void (stderr += said),
  })
  assert.equal(stderr, '')
  return { status, stdout }
}

async function report(keys: Record<string, string>, ...words: string[]) {
  const { status, stdout } = await command(keys, '--json', ...words)
  return { status, ...(JSON.parse(stdout) as Report) }
}

/** All sealed values of the database. */
async function everything(): Promise<string[]> {
  const { rows } = await db.query<{ value: string }>(
    `select encode(secret_sealed, 'hex') as value from webhook_endpoint
     union all select encode(previous_secret_sealed, 'hex') from webhook_endpoint where previous_secret_sealed is not null
     union all select encode(answer_sealed, 'hex') from idempotency_key where answer_sealed is not null order by 1`,
  )
  return rows.map(({ value }) => value)
}

/** Values that do not begin with the id of that key. */
const notUnder = async (key: string) => {
  const head = headOf({ id: idOf(key) }).toString('hex')
  return (await everything()).filter((value) => !value.startsWith(head)).length
}

/** The value as the program sealed it before keys had ids: another first byte, and no id. */
const firstFormat = (sealed: Buffer) => Buffer.concat([Buffer.from([1]), sealed.subarray(5)])

/** A shop of the old installation: an endpoint in the middle of a rotation, and an answer kept for a retry. */
async function oldShop() {
  const shop = await before.newShop({ webhook_url: null })
  const ask = { url: `${later.receiver.url}/rotating` }
  const retry = { 'idempotency-key': 'retry' }
  const made = await shop.call('POST', 'webhooks', ask, retry)
  const { id, secret } = made.body as { id: string; secret: string }
  const fresh = String((await shop.call('POST', `webhooks/${id}/rotate`)).body['secret'])
  const replay = async () => {
    const answer = await later.app.inject({
      method: 'POST',
      url: '/v1/webhooks',
      headers: { authorization: `Bearer ${shop.api_key}`, ...retry },
      payload: ask,
    })
    return { status: answer.statusCode, text: answer.body }
  }
  const assertSigns = async () => {
    const seen = later.receiver.received.length
    await shop.newEvent()
    await later.work()
    const [request] = later.receiver.received.slice(seen)
    assert.ok(request, 'it was delivered')
    const { sent, expected } = signatures(request, [fresh, secret])
    assert.deepEqual(sent, expected)
  }
  return { ...shop, id, secret, fresh, made, replay, assertSigns }
}

test('every column of sealed values is known to it', async () => {
  const { rows } = await db.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and (column_name like '%sealed%' or data_type = 'bytea') order by 1`,
  )
  // Hashes, MACs and pictures, which are sealed with nothing.
  const others = [
    'api_key.secret_hash',
    'checkout_session.idempotency_fingerprint',
    'current_wallet.mac',
    'idempotency_key.fingerprint',
    'journal_seal.hash',
    'ledger_chain.last_hash',
    'merchant_branding.logo_png',
    'payout.payout_address_mac',
    'transaction.card_token_hash',
    'transaction.payout_address_mac',
    'wallet.mac',
    'wallet.next_mac',
  ]
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name) => !others.includes(name)),
    SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).toSorted(),
  )
})

describe('changing the key', () => {
  test('the old one opens, the new one seals, rewrap leaves nothing under the old one, which can then go', async () => {
    const shop = await oldShop()
    const plain = await before.newShop()
    await db.query(`update webhook_endpoint set secret_sealed = $2 where merchant_id = $1`, [
      plain.merchant_id,
      firstFormat(await sealedOf(plain.merchant_id)),
    ])
    const total = (await everything()).length
    assert.equal(await notUnder(NEW), total)

    // The control: without rewrapping, taking the old key away stops deliveries and replays.
    await assert.rejects(shop.assertSigns(), /deliveries stay due/)
    assert.equal(later.receiver.received.length, 0, 'nothing goes out unsigned')
    assert.equal((await shop.replay()).status, 500)

    const check = await report(settings(NEW, OLD), '--check')
    assert.deepEqual([check.status, check.complete, check.current_key], [1, false, idOf(NEW)])
    assert.deepEqual(
      check.keys.map(({ key, standing }) => [key, standing]),
      [
        [null, 'unnamed'],
        [idOf(OLD), 'other'],
        [idOf(OLD), 'other'],
        [idOf(OLD), 'other'],
      ],
    )
    assert.equal(await notUnder(NEW), total, 'a check changes nothing')

    const done = await report(settings(NEW, OLD))
    assert.deepEqual([done.status, done.rewrapped, done.complete], [0, total, true])
    assert.equal(await notUnder(NEW), 0)
    assert.deepEqual((await report(settings(NEW), '--check')).status, 0)
    assert.equal((await report(settings(NEW, OLD))).rewrapped, 0)

    await db.query('update webhook_delivery set wake_at = now()')
    await later.work()
    later.receiver.received.length = 0
    await shop.assertSigns()
    assert.deepEqual(await shop.replay(), { status: 201, text: shop.made.text })
    assert.equal(await opened(plain.merchant_id, NEW), plain.webhook_secret)
  })

  test('what is made meanwhile is under the new key', async () => {
    const shop = await during.newShop()
    assert.equal(await opened(shop.merchant_id, NEW), shop.webhook_secret)
  })

  test('in plain words', async () => {
    await before.newShop()
    const check = await command(settings(NEW, OLD), '--check')
    assert.equal(check.status, 1)
    assert.match(check.stdout, /^KEY +IN THE SETTINGS +COLUMN +VALUES\n/)
    assert.match(
      check.stdout,
      new RegExp(`^${idOf(OLD)} +opens only +webhook_endpoint\\.secret_sealed +1$`, 'm'),
    )
    assert.match(check.stdout, /\nNot all is under the current key\. Keep the other keys, and run: /)
    const { status, stdout } = await command(settings(NEW, OLD))
    assert.equal(status, 0)
    assert.match(stdout, new RegExp(`^Values put under the key ${idOf(NEW)}: 1\\.\\n`))
    assert.match(stdout, /no other key is needed\.\n$/)
  })

  test('without the key that sealed it nothing is changed, and the missing key is named', async () => {
    await before.newShop()
    const kept = await everything()
    const { status, stdout } = await command(settings(WRONG, NEW))
    assert.equal(status, 1)
    assert.match(
      stdout,
      new RegExp(
        `The settings lack the key ${idOf(OLD)}: what it seals cannot be read\\. Put it into SKIRO_OTHER`,
      ),
    )
    const foreign = (await everything()).filter((value) => kept.includes(value))
    assert.deepEqual(foreign.length, 1, 'the one under the missing key is as it was')
    assert.equal((await report(settings(NEW, OLD, WRONG))).status, 0)
  })
})

async function sealedOf(merchant_id: string, column = 'secret_sealed'): Promise<Buffer> {
  const { sealed } = await one<{ sealed: Buffer }>(
    db,
    `select ${column} sealed from webhook_endpoint where merchant_id = $1`,
    [merchant_id],
  )
  return sealed
}

/** The secret of the merchant's only endpoint, opened with that key alone. */
async function opened(merchant_id: string, key: string, column = 'secret_sealed'): Promise<string> {
  const { id } = await one<{ id: string }>(db, 'select id from webhook_endpoint where merchant_id = $1', [
    merchant_id,
  ])
  const context = secretContext({ merchant_id, livemode: false }, id)
  return open(await sealedOf(merchant_id, column), ringOf(key), context)
}

describe('a secret that is rotated meanwhile', () => {
  const column = SEALED_COLUMNS[0] as SealedColumn
  const ring = ringOf(NEW, OLD)

  /** What a rewrap has read and is about to write, and then the secret is rotated. */
  async function overtaken() {
    const shop = await before.newShop()
    const { rows } = await readPart(db, column, headOf(ring.current), null, 10_000)
    const row = rows.find(({ key }) => key['merchant_id'] === shop.merchant_id)
    assert.ok(row)
    const change = { key: row.key, was: row.sealed, now: rewrap(row.sealed, ring, column.context(row.key)) }
    const ref = { ...shop.tenant, id: String(row.key['id']) }
    const { secret } = await inTransaction(db, (tx) => rotateSecret(during.ctx, tx, ref, 3600))
    return { shop, change, ref, secret }
  }

  test('is not lost', async () => {
    const { shop, change, secret } = await overtaken()
    assert.equal(await replaceSealed(db, column, [change]), 0)
    assert.equal(await opened(shop.merchant_id, NEW), secret)
    // The one before has moved, still under the old key; it is met in its new place.
    await rewrapAll(during.ctx)
    assert.equal(await opened(shop.merchant_id, NEW), secret)
    assert.equal(await opened(shop.merchant_id, NEW, 'previous_secret_sealed'), shop.webhook_secret)
  })

  test('the control: an update that does not look would bring the old secret back', async () => {
    const { shop, change, ref } = await overtaken()
    await db.query('update webhook_endpoint set secret_sealed = $2 where id = $1', [ref.id, change.now])
    assert.equal(await opened(shop.merchant_id, NEW), shop.webhook_secret)
  })

  test('by a transaction that is still open: waits for nobody, and takes it in a later pass', async () => {
    const shop = await before.newShop()
    const other = await before.newShop()
    const { id } = await one<{ id: string }>(db, 'select id from webhook_endpoint where merchant_id = $1', [
      shop.merchant_id,
    ])
    const { promise: enough, resolve: letGo } = Promise.withResolvers<void>()
    // By a process that has the old settings yet: both secrets are under the old key.
    const rotating = inTransaction(db, async (tx) => {
      const { secret } = await rotateSecret(before.ctx, tx, { ...shop.tenant, id }, 3600)
      await enough
      return secret
    })
    const running = rewrapAll(during.ctx)
    while ((await opened(other.merchant_id, NEW).catch(() => null)) === null) await sleep(5)
    letGo()
    const secret = await rotating
    await running
    assert.equal(await opened(shop.merchant_id, NEW), secret)
    assert.equal(await opened(shop.merchant_id, NEW, 'previous_secret_sealed'), shop.webhook_secret)
  })

  test('hundreds of them, by a process that has the old settings yet and one that has the new ones', async () => {
    const shops = await Promise.all(Array.from({ length: 20 }, () => before.newShop({ webhook_url: null })))
    const ids = await db.query<{ merchant_id: string; id: string }>(
      'select merchant_id, id from webhook_endpoint where merchant_id = any ($1)',
      [shops.map(({ merchant_id }) => merchant_id)],
    )
    const last = new Map<string, string>()
    const rotations = ids.rows.map(async ({ merchant_id, id }) => {
      for (let n = 0; n < 15; n++) {
        const { ctx } = n % 2 ? during : before
        const ref = { merchant_id, livemode: false, id }
        const { secret } = await inTransaction(ctx.db, (tx) => rotateSecret(ctx, tx, ref, 3600))
        last.set(merchant_id, secret)
      }
    })
    await Promise.all([...rotations, rewrapAll(during.ctx), rewrapAll(during.ctx)])
    await rewrapAll(during.ctx)
    assert.equal(await notUnder(NEW), 0)
    for (const { merchant_id } of shops) assert.equal(await opened(merchant_id, NEW), last.get(merchant_id))
  })
})

test('killed in the middle, it has spoilt nothing and the next run does the rest', async () => {
  const COUNT = 3500
  const { merchant_id } = await before.newShop({ webhook_url: null })
  const plain = (n: number) => `whsec_${n}`
  const ids = Array.from({ length: COUNT }, (_, n) => `we_${String(n).padStart(6, '0')}`)
  const values = ids.map((id, n) => {
    const sealed = seal(plain(n), ringOf(OLD), secretContext({ merchant_id, livemode: false }, id))
    return n % 2 ? sealed : firstFormat(sealed)
  })
  await db.query(
    `insert into webhook_endpoint (merchant_id, livemode, id, url, secret_sealed)
     select $1, false, id, 'https://a.example', sealed from unnest($2::text[], $3::bytea[]) x(id, sealed)`,
    [merchant_id, ids, values],
  )
  // Each part takes a while, so that there is a middle.
  await db.query(
    `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$;
     create trigger slow after update of secret_sealed on webhook_endpoint for each statement execute function slow()`,
  )
  const start = () => {
    const child = spawn(process.execPath, [PROGRAM, 'secrets', 'rewrap', '--json'], {
      env: { ...process.env, ...settings(NEW, OLD), SKIRO_LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { child, said: text(child.stdout), told: text(child.stderr), exited: once(child, 'exit') }
  }
  const left = async () =>
    (
      await one<{ n: number }>(
        db,
        `select count(*)::int n from webhook_endpoint where id = any ($1) and substring(secret_sealed for 5) <> $2`,
        [ids, headOf({ id: idOf(NEW) })],
      )
    ).n

  const first = start()
  while ((await left()) === COUNT) await sleep(20)
  first.child.kill('SIGKILL')
  await first.exited
  const after_kill = await left()
  assert.ok(after_kill > 0 && after_kill < COUNT, `${after_kill} of ${COUNT} are left`)

  const second = start()
  const [status] = (await second.exited) as [number]
  assert.equal(status, 0)
  const done = JSON.parse(await second.said) as Report
  assert.ok(done.complete && (done.rewrapped ?? 0) >= after_kill - 1000 && (done.rewrapped ?? 0) < COUNT)
  assert.match(
    await second.told,
    /"column":"webhook_endpoint\.secret_sealed","rewrapped":\d+,"msg":"rewrapping"/,
  )
  assert.equal(await left(), 0)
  const { rows } = await db.query<{ id: string; sealed: Buffer }>(
    'select id, secret_sealed sealed from webhook_endpoint where id = any ($1) order by id',
    [ids],
  )
  for (const [n, { id, sealed }] of rows.entries())
    assert.equal(open(sealed, ringOf(NEW), secretContext({ merchant_id, livemode: false }, id)), plain(n))
})
