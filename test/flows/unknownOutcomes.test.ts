/**
 * Calls to the acquirer whose answers are lost for longer than a key lives: sent again as they were while it lives, looked
 * up after that, never sent blindly. The gateway's own code on a real database, against the simulated acquirer over HTTP.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { startAcquirer } from '../../packages/sandbox/src/acquirer/server.ts'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { createSimulator } from '../../packages/server/src/adapters/acquirers/simulator/index.ts'
import type { Acquirer } from '../../packages/server/src/adapters/acquirer.ts'
import { expireSession } from '../../packages/server/src/checkout/expireSession.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { inTransaction, one } from '../../packages/server/src/db/sql.ts'
import { advanceTransaction } from '../../packages/server/src/transactions/advanceTransaction.ts'
import { confirmTransaction } from '../../packages/server/src/transactions/confirmTransaction.ts'
import { endUnknown } from '../../packages/server/src/transactions/endUnknown.ts'
import { paymentOf } from '../../packages/server/src/transactions/request.ts'
import type { TransactionRow } from '../../packages/server/src/transactions/transaction.ts'
import { transactionPorts } from '../../packages/server/src/wiring.ts'
import { randomFrom } from '../fuzz/random.ts'
import { createOutside } from '../simulation/faults.ts'
import { placeOrders } from '../simulation/orders.ts'
import { createStage } from '../simulation/stage.ts'
import { nextDay, passTime } from '../simulation/unfinished.ts'
import { createSimulatedWorld } from '../simulation/world.ts'
import { testDatabase } from '../support/database.ts'

const KEYS = { secret_key: 'sim_sk', publishable_key: 'sim_pk', webhook_secret: 'sim_whsec' }
const DAY_S = 86_400
const PUBLIC_URL = 'https://pay.example'

const { db, drop } = await testDatabase()
const sim = await startAcquirer({ ...KEYS, host: '127.0.0.1', port: 0, book_file: null, webhook_url: null })
const adapter = createSimulator({ ...KEYS, url: sim.url })
const unreachable = createSimulator({ ...KEYS, url: `http://127.0.0.1:${await freePort('127.0.0.1')}` })
after(async () => {
  await sim.close()
  await drop()
})

const outside = createOutside(randomFrom('calm'), createStage(), 0)
const world = createSimulatedWorld(db, 'unknown', outside, {
  depth: 1,
  fee_cap: 1_000_000n,
  coin_size: 10n ** 12n,
  is_stuck: false,
})
const errors: string[] = []
const log = pino({ level: 'error' }, { write: (line) => void errors.push(line) })

/** The gateway with that acquirer. */
function contextWith(acquirer: Acquirer): Context {
  const { test: mode } = world.ctx.modes
  assert(mode)
  return { ...world.ctx, log, modes: { test: { ...mode, acquirer }, live: null } }
}

const tell = async (path: string, body: unknown) => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(`${sim.url}/_sim/${path}`, init)
  assert.ok(answer.ok, `${path}: ${answer.status}`)
}
const lose = (operation: string, fault: string, times = 1) => tell('faults', { operation, fault, times })

type Sent = { method: string; path: string; body: string; headers: { 'idempotency-key': string } }

/** What changes something at the acquirer and came there, since the last time that this was asked. */
async function newPosts(): Promise<Sent[]> {
  const { requests } = (await (await fetch(`${sim.url}/_sim/requests`)).json()) as { requests: Sent[] }
  const posts = requests.filter(({ method, path }) => method === 'POST' && !path.includes('test_tokens'))
  return posts.slice(seen, (seen = posts.length))
}
let seen = 0

let serial = 0
/** A session that can be paid, and what is done to it. */
async function checkout() {
  const [order] = await placeOrders(db, `u${++serial}`, [{ asset: 'USDT', token: 'ok' }])
  assert(order)
  const { session } = order
  const merchants = [session.merchant_id]
  const pay = async (acquirer: Acquirer = adapter) => {
    assert(adapter.testToken)
    const token = await adapter.testToken('visa', session.id, `tok_${session.id}_${++serial}`)
    const ctx = contextWith(acquirer)
    return await confirmTransaction(ctx, transactionPorts(ctx), session, { token, customer_email: null })
  }
  const newest = () =>
    one<TransactionRow>(
      db,
      'select * from transaction where merchant_id = $1 order by id desc limit 1',
      merchants,
    )
  return {
    session,
    pay,
    newest,
    /** Whoever sweeps next has a look. */
    async work(acquirer: Acquirer = adapter) {
      await passTime(db, merchants)
      const ctx = contextWith(acquirer)
      await advanceTransaction(ctx, transactionPorts(ctx), await newest())
      return await newest()
    },
    async dayPasses() {
      await nextDay(db, merchants)
      await tell('advance', { seconds: DAY_S })
    },
    /** So long ago that nobody hopes for the card any more. */
    async ageBy(interval: string) {
      const { id } = await newest()
      await db.query(
        `begin; set local session_replication_role = 'replica';
         update transaction set created_at = created_at - interval '${interval}' where id = '${id}'; commit`,
      )
    },
    async isBlocked() {
      assert.deepEqual(await pay(), { refused: 'charge_in_flight' })
      const expire = inTransaction(db, (tx) => expireSession(contextWith(adapter), tx, session))
      await assert.rejects(expire, { code: 'session_not_pending' })
    },
    async isFree() {
      const again = await pay()
      assert.equal('state' in again && again.state, 'captured')
      await newPosts()
    },
    atAcquirer: async () => (await adapter.findPayments((await newest()).id)).map(({ state }) => state),
  }
}

test('a retry sends the bytes of the first try, whatever the program would write by now', async () => {
  const { pay, work } = await checkout()
  const newer: Acquirer = {
    ...adapter,
    write: {
      ...adapter.write,
      createPayment: (input) => adapter.write.createPayment({ ...input, descriptor: 'SKIRO 2' }),
      confirm: (ref, token) => {
        const { path, body } = adapter.write.confirm(ref, token)
        return { path, body: ` ${body}` }
      },
    },
  }
  await lose('create', 'drop_after')
  await lose('confirm', 'drop_before')
  await pay()
  const first = await newPosts()
  // A new release takes it up. The confirmation is stored by it, and is lost; an older one, rolled back, repeats that.
  await work(newer)
  const row = await work(adapter)
  assert.equal(row.state, 'captured')
  const [create, confirm, confirm_again, capture] = await newPosts()
  assert.deepEqual([first.length, create?.body], [1, first[0]?.body])
  assert.equal(create?.headers['idempotency-key'], first[0]?.headers['idempotency-key'])
  assert.match(confirm?.body ?? '', /^ /)
  assert.deepEqual([confirm_again?.body, capture?.path.endsWith('/capture')], [confirm?.body, true])
  // The control: what a program that writes the call again would meet.
  const naive = newer.createPayment({ ...paymentOf(row, PUBLIC_URL), descriptor: 'x' }, `sk_pay_${row.id}`)
  await assert.rejects(naive, { kind: 'refused' })
  const { rows } = await db.query(
    `select call from acquirer_request where transaction_id = $1 and body is null`,
    [row.id],
  )
  assert.deepEqual(rows, [{ call: 'confirm' }], 'the token went with the answer of the card')
})

test('a payment that the acquirer does not show is for a person, keeps other cards out, and is voided when it turns up', async () => {
  const { pay, work, newest, dayPasses, isBlocked, isFree, atAcquirer } = await checkout()
  await lose('create', 'drop_before')
  await pay()
  await dayPasses()
  const [lost] = await newPosts()
  errors.length = 0
  for (let tries = 0; tries < 3; tries++) assert.equal((await work()).state, 'authorizing')
  assert.deepEqual(await newPosts(), [], 'its key is a day old')
  const unknown = await newest()
  assert.ok(unknown.unknown_since)
  assert.equal(errors.length, 1, 'told once')
  assert.match(errors[0] ?? '', /a person has to find out/)
  await isBlocked()
  // What was under way for a day arrives.
  await adapter.createPayment(paymentOf(unknown, PUBLIC_URL), lost?.headers['idempotency-key'] ?? '')
  await newPosts()
  const ended = await work()
  assert.deepEqual([ended.state, ended.unknown_since, await atAcquirer()], ['voided', null, ['voided']])
  assert.deepEqual(
    (await newPosts()).map(({ path }) => path.split('/').at(-1)),
    ['void'],
  )
  await isFree()
})

test('the control: who resends after the key has gone makes a second payment', async () => {
  const { session } = await checkout()
  const input = {
    amount: { amount: 500n, asset: 'USD' },
    reference: 'naive',
    session: session.id,
    descriptor: 'S',
    three_ds: 'always',
    return_url: PUBLIC_URL,
  } as const
  await adapter.createPayment(input, 'naive')
  await tell('advance', { seconds: DAY_S })
  await adapter.createPayment(input, 'naive')
  assert.equal((await adapter.findPayments('naive')).length, 2)
})

test('a person ends what the acquirer never had, and nothing else', async () => {
  const { pay, work, newest, session, dayPasses, isFree } = await checkout()
  const ctx = contextWith(adapter)
  const end = async () => await endUnknown(ctx, transactionPorts(ctx), await newest())
  await lose('create', 'drop_before')
  await pay()
  await assert.rejects(end(), { code: 'invalid_request', message: /goes on by itself/ })
  await dayPasses()
  await work()
  await passTime(db, [session.merchant_id])
  const down = contextWith(unreachable)
  await assert.rejects(endUnknown(down, transactionPorts(down), await newest()), { name: 'ProviderError' })
  assert.equal((await end()).state, 'declined')
  await assert.rejects(end(), { code: 'invalid_request' })
  await isFree()
})

for (const [fault, entries] of [
  ['drop_before', 'never asked'],
  ['drop_after', 'authorised'],
] as const) {
  test(`a card that was ${entries} a day ago is not charged: the payment is voided`, async () => {
    const { pay, work, dayPasses, isBlocked, isFree, atAcquirer } = await checkout()
    await lose('confirm', fault)
    await pay()
    await isBlocked()
    await dayPasses()
    await newPosts()
    const ended = await work()
    assert.deepEqual([ended.state, await atAcquirer()], ['voided', ['voided']])
    assert.deepEqual(
      (await newPosts()).map(({ path }) => path.split('/').at(-1)),
      ['void'],
    )
    await isFree()
  })
}

test('a card is not asked any more when nobody has waited for it for a quarter of an hour', async () => {
  const { pay, work, ageBy, atAcquirer } = await checkout()
  await lose('confirm', 'drop_before')
  await pay()
  await ageBy('16 minutes')
  assert.equal((await work()).state, 'voided')
  assert.deepEqual(await atAcquirer(), ['voided'])
})

test('a capture that is a day old is not asked for again; what a person does at the acquirer ends it', async () => {
  const { pay, work, newest, dayPasses, isBlocked } = await checkout()
  await lose('capture', 'drop_before')
  await pay()
  await dayPasses()
  await newPosts()
  for (let tries = 0; tries < 2; tries++) assert.equal((await work()).state, 'capturing')
  assert.deepEqual(await newPosts(), [])
  const { unknown_since, acquirer_ref, amount, currency } = await newest()
  assert.ok(unknown_since)
  await isBlocked()
  const ctx = contextWith(adapter)
  await assert.rejects(endUnknown(ctx, transactionPorts(ctx), await newest()), { message: /settle it there/ })
  await adapter.capture(acquirer_ref ?? '', { amount, asset: currency }, 'by hand')
  const done = await work()
  assert.deepEqual([done.state, done.unknown_since], ['captured', null])
})

test('a void that is a day old is looked up until the reservation has lapsed', async () => {
  const { pay, work, newest, dayPasses, ageBy } = await checkout()
  await lose('confirm', 'drop_after')
  await pay()
  await ageBy('16 minutes')
  await dayPasses()
  await lose('void', 'drop_before')
  await work()
  await dayPasses()
  await newPosts()
  assert.equal((await work()).state, 'voiding')
  assert.ok((await newest()).unknown_since)
  assert.deepEqual(await newPosts(), [])
  await tell('advance', { seconds: 7 * DAY_S })
  assert.equal((await work()).state, 'voided')
})

test('a payment of before requests were stored goes on within the life of its key, and is looked up after it', async () => {
  const forget = (id: string) =>
    db.query(
      `begin; set local session_replication_role = 'replica';
       delete from acquirer_request where transaction_id = '${id}'; commit`,
    )
  const young = await checkout()
  await lose('create', 'drop_after')
  await young.pay()
  await forget((await young.newest()).id)
  assert.equal((await young.work()).state, 'captured')

  const old = await checkout()
  await lose('create', 'drop_before')
  await old.pay()
  const { id } = await old.newest()
  await old.ageBy('20 hours')
  await forget(id)
  await newPosts()
  assert.ok((await old.work()).unknown_since)
  assert.deepEqual(await newPosts(), [])
})

test('an acquirer that was never reached sets the session free; one that may have been reached does not', async () => {
  const never = await checkout()
  await never.pay(unreachable)
  assert.equal((await never.work(unreachable)).state, 'authorizing')
  await never.ageBy('3 minutes')
  assert.equal((await never.work(unreachable)).state, 'declined')
  await never.isFree()

  const maybe = await checkout()
  await lose('create', 'drop_after')
  await maybe.pay()
  await maybe.ageBy('3 minutes')
  assert.equal((await maybe.work(unreachable)).state, 'authorizing')
  await maybe.isBlocked()
  // And goes on where it was, within the time of its key.
  await maybe.work()
  assert.deepEqual(await maybe.atAcquirer(), ['captured'])
})

test('a payment at an acquirer that is not set up any more waits, and is told of', async () => {
  const { pay, work } = await checkout()
  await lose('create', 'drop_before')
  await pay()
  errors.length = 0
  assert.equal((await work({ ...adapter, id: 'another' })).state, 'authorizing')
  assert.match(errors.join(), /another acquirer/)
  assert.equal((await work()).state, 'captured')
})
