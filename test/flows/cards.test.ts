/** What every test card does, as the merchant, the customer and the acquirer's book see it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Payout, Transaction } from 'skiro'
import { TEST_CARDS } from '../../packages/sandbox/src/acquirer/cards.ts'
import { assertBooks } from '../support/books.ts'
import { assertSequence, capturesOf } from '../support/judge.ts'
import {
  assertPaidOnce,
  attemptsOf,
  captured,
  completed,
  heard,
  heardBy,
  payoutOf,
  sessionOf,
} from '../support/outcome.ts'
import { api, cardToken, createSession, pay } from '../support/pay.ts'
import { answerBank, goOn } from '../support/bank.ts'
import { paymentsOf } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const GOOD: readonly (readonly [number: string, brand: string])[] = [
  ['4242424242424242', 'visa'],
  ['4000056655665556', 'visa'],
  ['4000000000003055', 'visa'],
  ['5555555555554444', 'mastercard'],
  ['2223003122003222', 'mastercard'],
  ['5200828282828210', 'mastercard'],
  ['5105105105105100', 'mastercard'],
  ['378282246310005', 'amex'],
  ['371449635398431', 'amex'],
  ['6011111111111117', 'discover'],
  ['6011000990139424', 'discover'],
  ['3056930009020004', 'diners'],
  ['36227206271667', 'diners'],
  ['3566002020360505', 'jcb'],
  ['6200000000000005', 'unionpay'],
]

/** The code in the transaction, and the gentler one that the page may show. */
const BAD: readonly (readonly [number: string, code: string, shown: string])[] = [
  ['4000000000000002', 'card_declined', 'card_declined'],
  ['4000000000009995', 'insufficient_funds', 'insufficient_funds'],
  ['4000000000009987', 'lost_card', 'card_declined'],
  ['4000000000009979', 'stolen_card', 'card_declined'],
  ['4000000000000069', 'expired_card', 'expired_card'],
  ['4000000000000127', 'incorrect_cvc', 'incorrect_cvc'],
  ['4000000000000119', 'processing_error', 'processing_error'],
  // Our own vocabulary has no word for it: an unknown code is a plain decline.
  ['4000000000006975', 'card_declined', 'card_declined'],
  ['4000000000000341', 'card_declined', 'card_declined'],
  ['4100000000000019', 'fraudulent', 'card_declined'],
  // The bank's 3-D Secure is broken.
  ['4000008400001280', 'authentication_failed', 'authentication_failed'],
]

/** Cards whose bank asks the customer first, and what the card says once the customer has passed. */
const ASKED: readonly (readonly [number: string, kind: string, end: string])[] = [
  ['4000000000003220', 'frame', 'paid'],
  ['4000002500003155', 'frame', 'paid'],
  ['4000002760003184', 'frame', 'paid'],
  ['4000000000003063', 'redirect', 'paid'],
  ['4000008400001629', 'frame', 'card_declined'],
  ['4000008260003178', 'frame', 'insufficient_funds'],
]

let world: World
let gateway: Gateway
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

test('no test card is left out', () => {
  const covered = [...GOOD, ...BAD, ...ASKED].map(([number]) => number)
  assert.deepEqual(covered.toSorted(), TEST_CARDS.map(({ number }) => number).toSorted())
})

test('every good card pays: brand, last four digits, one capture, one payout', async () => {
  const merchant = await world.createMerchant()
  const sessions: string[] = []
  for (const [number, brand] of GOOD) {
    const session = await createSession(world, merchant)
    const answer = await pay(world, session, await cardToken(world, session, number))
    assert.deepEqual(answer, { status: 200, body: { status: 'paid' } }, number)
    const { card_brand, card_last_four } = await captured(world, merchant, session)
    assert.deepEqual([card_brand, card_last_four], [brand, number.slice(-4)])
    sessions.push(session)
  }
  await assertPaidOnce(world, merchant, sessions)
  await assertBooks(world.database.db)
})

test('every bad card fails with its code, is told, and leaves the session to another card', async () => {
  const merchant = await world.createMerchant()
  const sessions: string[] = []
  for (const [number, code, shown] of BAD) {
    const session = await createSession(world, merchant, { metadata: { card: number.slice(-4) } })
    const answer = await pay(world, session, await cardToken(world, session, number))
    assert.deepEqual(answer, { status: 200, body: { status: 'declined', failure_code: shown } }, number)
    const [failed] = await attemptsOf(world, merchant, session)
    assert.ok(failed)
    assert.deepEqual(
      [failed.status, failed.failure_code, failed.card_brand, failed.card_last_four, failed.payout_id],
      ['failed', code, 'visa', number.slice(-4), null],
    )
    assert.ok(failed.failure_message)
    assert.deepEqual(await pick(session, merchant), ['pending', null])
    const [payment] = await paymentsOf(world, session)
    assert.deepEqual([payment?.status, payment?.entries], ['failed', []])
    const [event] = await heard(world, merchant, 'checkout.failed', ({ id }) => id === failed.id)
    assert.deepEqual(event?.data, failed)

    const second = await pay(world, session, await cardToken(world, session))
    assert.deepEqual(second.body, { status: 'paid' })
    sessions.push(session)
  }
  const paid = await assertPaidOnce(world, merchant, sessions)
  for (const { checkout_session_id, id } of paid) {
    const attempts = await attemptsOf(world, merchant, checkout_session_id)
    assert.equal(attempts.length, 2)
    assert.equal(attempts[1]?.id, id)
  }
  const failures = heardBy(world, merchant).filter(({ event }) => event.type === 'checkout.failed')
  assert.equal(new Set(failures.map(({ event }) => event.id)).size, BAD.length)
  await assertBooks(world.database.db)
})

test('every card whose bank asks waits for the customer, and then does what the card does', async () => {
  const merchant = await world.createMerchant()
  const paid: string[] = []
  for (const [number, kind, end] of ASKED) {
    const session = await createSession(world, merchant)
    const answer = await pay(world, session, await cardToken(world, session, number))
    assert.equal(answer.body.status, 'authenticate')
    const action = answer.body.action as { kind: string; url: string }
    assert.equal(action.kind, kind, number)
    const another = await pay(world, session, await cardToken(world, session))
    assert.deepEqual(another.body, answer.body, 'a second card while the first is asked')
    assert.equal((await answerBank(action.url, 'authorise')).status, 200)
    const now = await goOn(world, session)
    if (end === 'paid') {
      assert.deepEqual(now, { status: 'paid' })
      await captured(world, merchant, session)
      paid.push(session)
    } else {
      assert.deepEqual(now, { status: 'declined', failure_code: end })
      assert.equal((await attemptsOf(world, merchant, session))[0]?.failure_code, end)
      assert.deepEqual(await pick(session, merchant), ['pending', null])
    }
  }
  await assertPaidOnce(world, merchant, paid)
})

test('the fifth failed attempt fails the session, and no sixth reaches the acquirer', async () => {
  const merchant = await world.createMerchant()
  const session = await createSession(world, merchant)
  const bad = BAD.slice(0, 5).map(([number]) => number)
  for (const [index, number] of bad.entries()) {
    const { body } = await pay(world, session, await cardToken(world, session, number))
    assert.equal(body.status, index < 4 ? 'declined' : 'failed')
  }
  const sixth = await pay(world, session, await cardToken(world, session))
  assert.deepEqual(sixth, { status: 200, body: { status: 'failed' } })
  assert.equal((await paymentsOf(world, session)).length, 5)
  assert.deepEqual(await capturesOf(world, session), [])
  assert.equal((await attemptsOf(world, merchant, session)).length, 5)
  assert.deepEqual(await pick(session, merchant), ['failed', null])
  const expired = await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  assert.deepEqual([expired.status, expired.body.error], [409, 'session_not_pending'])
  await heard(world, merchant, 'checkout.failed', () => true, { count: 5 })
  await assertSequence(world, merchant)
})

test('metadata and e-mail reach the transaction, the payout and every event', async () => {
  const merchant = await world.createMerchant()
  const metadata = { order_id: 'ORD-7', 'clé été': '<b>"quoted"</b>', n: '0.1' }
  const session = await createSession(world, merchant, { metadata })
  await payWithEmail(session, '4000000000000002', 'first@example.com')
  await payWithEmail(session, '4242424242424242', 'page@example.com')
  const paid = await completed(world, merchant, session)
  const attempts = await attemptsOf(world, merchant, session)
  assert.deepEqual(
    attempts.map((one) => [one.customer_email, one.metadata]),
    [
      ['first@example.com', metadata],
      ['page@example.com', metadata],
    ],
  )
  const payout: Payout = await payoutOf(world, merchant, paid)
  assert.deepEqual(payout.metadata, metadata)
  await heard(world, merchant, 'payout.completed', ({ id }) => id === payout.id)
  const events = heardBy(world, merchant).map(({ event }) => event)
  assert.deepEqual(new Set(events.map(({ type }) => type)), EVERY_TYPE)
  for (const { type, data } of events) assert.deepEqual(data.metadata, metadata, type)
  const told = events.find(({ type }) => type === 'checkout.completed')?.data as unknown as Transaction
  assert.equal(told.customer_email, 'page@example.com')

  const known = await createSession(world, merchant, { customer_email: 'shop@example.com' })
  await pay(world, known, await cardToken(world, known))
  assert.equal((await captured(world, merchant, known)).customer_email, 'shop@example.com')
})

const EVERY_TYPE = new Set(['checkout.failed', 'checkout.completed', 'payout.sent', 'payout.completed'])

async function payWithEmail(session: string, number: string, customer_email: string): Promise<void> {
  const token = await cardToken(world, session, number)
  const answer = await fetch(`${world.api_url}/${session}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-skiro-page': '1' },
    body: JSON.stringify({ token, customer_email }),
  })
  assert.equal(answer.status, 200)
}

async function pick(session: string, merchant: Merchant): Promise<[string, string | null]> {
  const { status, transaction_id } = await sessionOf(world, merchant, session)
  return [status, transaction_id]
}
