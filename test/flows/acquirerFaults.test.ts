/** An acquirer that answers 500, cuts connections, is slow or silent: every card is charged once and paid out once. */
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertBooks } from '../support/books.ts'
import { assertSequence, capturesOf } from '../support/judge.ts'
import { assertPaidOnce, attemptsOf, captured, sessionOf } from '../support/outcome.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Fault, faultsLeft, paymentsOf, planFault, setVenues, turn } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const LOST: readonly Fault[] = ['error_before', 'error_after', 'drop_before', 'drop_after']

let world: World
let gateway: Gateway
let merchant: Merchant
/** Every session that ends up paid: the last test counts all the money at once. */
const paid: string[] = []
/** A payment whose confirmation takes longer than the adapter waits (10 s), while all the others go on. */
let patient: Promise<void>
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  merchant = await world.createMerchant()
  await planFault(world, 'confirm', 'delay', { delay_ms: 11_500 })
  patient = payThrough()
  // Awaited by its own test.
  patient.catch(() => {})
  await eventually('the slow confirmation', 10, async () => (await faultsLeft(world)) === 0)
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

for (const operation of ['create', 'confirm', 'capture'] as const) {
  for (const fault of LOST) {
    test(`${fault} on ${operation}: one capture`, async () => {
      await planFault(world, operation, fault)
      await payThrough()
      await assertMet()
    })
  }
  test(`${operation} lost three times in a row, each time in another way: one capture`, async () => {
    for (const fault of ['error_before', 'drop_before', 'drop_after'] as const)
      await planFault(world, operation, fault)
    await payThrough()
    await assertMet()
  })
}

for (const fault of ['error_before', 'drop_before'] as const) {
  test(`${fault} on retrieve, when an answer was lost: one capture`, async () => {
    await planFault(world, 'confirm', 'drop_after')
    await planFault(world, 'retrieve', fault, { times: 2 })
    await payThrough()
    await assertMet()
  })
}

test('an answer later than the lease, with a second worker on the same charge: one capture', async () => {
  for (const operation of ['create', 'confirm', 'capture'] as const)
    await planFault(world, operation, 'delay', { delay_ms: 1600 })
  await payThrough()
  await assertMet()
})

test('a confirmation that takes longer than anyone waits: one capture', async () => {
  await patient
})

test('webhooks twice and in the wrong order change nothing', async () => {
  for (const mode of ['duplicate', 'reorder'] as const) {
    await turn(world, 'webhooks', { mode })
    const sessions = await Promise.all(Array.from({ length: 3 }, () => createSession(world, merchant)))
    await Promise.all(sessions.map(async (session) => pay(world, session, await cardToken(world, session))))
    for (const session of sessions) await captured(world, merchant, session)
    paid.push(...sessions)
  }
  await turn(world, 'webhooks', { mode: 'normal' })
})

test('without any webhook a lost answer is still found', async () => {
  await turn(world, 'webhooks', { mode: 'off' })
  for (const operation of ['confirm', 'capture'] as const) {
    await planFault(world, operation, 'drop_after')
    await payThrough()
  }
  await turn(world, 'webhooks', { mode: 'normal' })
})

test('a challenge passed while webhooks are off is found by asking', async () => {
  await turn(world, 'webhooks', { mode: 'off' })
  const session = await createSession(world, merchant)
  const answer = await pay(world, session, await cardToken(world, session, '4000000000003220'))
  assert.equal(answer.body.status, 'authenticate')
  const [payment] = await paymentsOf(world, session)
  await turn(world, `payments/${payment?.id}/authenticate`, { outcome: 'authorise' })
  await captured(world, merchant, session)
  paid.push(session)
  await turn(world, 'webhooks', { mode: 'normal' })
})

test('a status that nobody knows is asked about, not guessed', async () => {
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session, '4000000000003220'))
  const [payment] = await paymentsOf(world, session)
  await turn(world, `payments/${payment?.id}/show_status`, { status: 'under_moonlight' })
  await turn(world, `payments/${payment?.id}/authenticate`, { outcome: 'authorise' })
  await sleep(1200)
  const [waiting] = await attemptsOf(world, merchant, session)
  assert.equal(waiting?.status, 'pending')
  await turn(world, `payments/${payment?.id}/show_status`, { status: null })
  await captured(world, merchant, session)
  paid.push(session)
})

test('a forged webhook is refused and leaves no trace; a true one about a stranger is taken', async () => {
  // Only of these two: the webhooks of the payment before may still be on their way.
  const strangers = async () =>
    (
      await world.database.db.query(
        `select from acquirer_event where payment_ref in ('pay_stranger', 'pay_other')`,
      )
    ).rowCount
  const event = eventOf('pay_stranger')
  const now = Math.floor(Date.now() / 1000)
  const { webhook_secret } = JSON.parse(world.env.SKIRO_TEST_ACQUIRER) as { webhook_secret: string }
  const forged: [string, string | undefined][] = [
    ['no signature', undefined],
    ['another secret', signed(event, now, 'guessed')],
    ['another body', signed(eventOf('pay_other'), now, webhook_secret)],
    ['an old replay', signed(event, now - 3600, webhook_secret)],
    ['from the future', signed(event, now + 3600, webhook_secret)],
    ['another time', signed(event, now, webhook_secret).replace(/t=\d+/, `t=${now - 1}`)],
    ['garbage', 't=1,v1=zz'],
  ]
  for (const [what, signature] of forged) assert.equal(await hook(event, signature), 403, what)
  assert.equal(await strangers(), 0)
  assert.equal(await hook(event, signed(event, now, webhook_secret)), 204)
  assert.equal(await hook(event, signed(event, now, webhook_secret)), 204, 'the same again')
  assert.equal(await strangers(), 1)
  const elsewhere = await hook(event, signed(event, now, webhook_secret), '/acquirers/stripe/webhook')
  assert.equal(elsewhere, 404)
})

test('a signed webhook is a hint: what it says is not believed', async () => {
  const { webhook_secret } = JSON.parse(world.env.SKIRO_TEST_ACQUIRER) as { webhook_secret: string }
  await setVenues(world, { kraken: 'down', coinbase: 'down', binance: 'down' })
  await sleep(1100)
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session))
  const [payment] = await eventually('an authorised payment', 10, async () => {
    const found = await paymentsOf(world, session)
    return found[0]?.status === 'authorized' ? found : null
  })
  for (const type of ['payment.captured', 'payment.failed', 'payment.voided']) {
    const event = eventOf(payment?.id ?? '', type)
    assert.equal(await hook(event, signed(event, Math.floor(Date.now() / 1000), webhook_secret)), 204)
  }
  await sleep(600)
  const [attempt] = await attemptsOf(world, merchant, session)
  assert.deepEqual([attempt?.status, attempt?.payout_id], ['pending', null])
  assert.equal((await sessionOf(world, merchant, session)).status, 'pending')
  assert.deepEqual(await capturesOf(world, session), [])
  await setVenues(world, { kraken: 'normal', coinbase: 'normal', binance: 'normal' })
  await captured(world, merchant, session)
  paid.push(session)
})

test('all of it together: each card charged once and paid out once', async () => {
  assert.equal(await faultsLeft(world), 0)
  await assertPaidOnce(world, merchant, paid)
  for (const session of paid) {
    const payments = await paymentsOf(world, session)
    assert.deepEqual(
      payments.map(({ entries }) => entries),
      [
        [
          ['authorize', 4999],
          ['capture', 4999],
        ],
      ],
    )
  }
  await assertBooks(world.database.db)
  await assertSequence(world, merchant)
})

/** A fault that nothing met would prove nothing. */
async function assertMet(): Promise<void> {
  assert.equal(await faultsLeft(world), 0, 'a planned fault was not met')
}

/** One payment, whatever faults are planned for it. The page is never told that it failed. */
async function payThrough(): Promise<void> {
  const session = await createSession(world, merchant)
  const answer = await pay(world, session, await cardToken(world, session))
  assert.equal(answer.status, 200)
  assert.match(String(answer.body.status), /^(paid|processing)$/)
  await captured(world, merchant, session)
  assert.deepEqual(await capturesOf(world, session), [4999])
  assert.equal((await attemptsOf(world, merchant, session)).length, 1)
  const page = await (await fetch(`${world.api_url}/${session}/status`)).json()
  assert.equal((page as { status: string }).status, 'paid')
  const late = await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  assert.equal(late.status, 409)
  paid.push(session)
}

function eventOf(payment_id: string, type = 'payment.captured'): string {
  const id = `evt_${randomBytes(12).toString('hex')}`
  return JSON.stringify({ id, type, created_at: new Date().toISOString(), payment_id })
}

function signed(body: string, seconds: number, secret: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

async function hook(body: string, signature: string | undefined, path = '/acquirers/simulator/webhook') {
  const answer = await fetch(`${world.api_url}${path}?mode=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(signature && { 'sim-signature': signature }) },
    body,
  })
  await answer.body?.cancel()
  return answer.status
}
