/** The test helper that pays: the same real thing as the hosted page, once per Idempotency-Key, payouts refused for real. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Transaction } from 'skiro'
import { TEST_CARDS } from '../../packages/server/src/adapters/acquirer.ts'
import { assertBooks } from '../support/books.ts'
import { findCardNumbers } from '../support/cardNumbers.ts'
import { assertSequence, capturesOf } from '../support/judge.ts'
import { assertPaidOnce, attemptsOf, completed, heard, payoutOf } from '../support/outcome.ts'
import { api, createSession, eventually } from '../support/pay.ts'
import { planFault } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

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

const payBy = (merchant: Merchant, session: string, body: object, key: string = randomUUID()) =>
  api(world, merchant, 'POST', `/v1/test_helpers/checkout/${session}/pay`, body, { 'idempotency-key': key })

test('every named card does what its name says; no number passes the gateway', async () => {
  const merchant = await world.createMerchant()
  const paid: string[] = []
  for (const card of TEST_CARDS) {
    const session = await createSession(world, merchant)
    const { status, body } = await payBy(merchant, session, { card })
    assert.equal(status, 201, JSON.stringify(body))
    assert.deepEqual(findCardNumbers(JSON.stringify(body)), [])
    if (card === 'three_ds_challenge' || card === 'three_ds_redirect') {
      assert.deepEqual([body.status, body.failure_code], ['pending', null], 'the bank waits for its customer')
      continue
    }
    const pays = ['visa', 'mastercard', 'amex', 'discover', 'three_ds_frictionless'].includes(card)
    const brand = pays && card !== 'three_ds_frictionless' ? card : 'visa'
    assert.deepEqual([body.failure_code, body.card_brand], [pays ? null : card, brand])
    if (pays) paid.push(session)
  }
  await assertPaidOnce(world, merchant, paid)
  await assertSequence(world, merchant)
})

test('ten requests with one key are one attempt and one answer, also when the first answers were lost', async () => {
  const merchant = await world.createMerchant()
  const session = await createSession(world, merchant)
  const key = randomUUID()
  await planFault(world, 'test_token', 'drop_after')
  const lost = await payBy(merchant, session, { card: 'card_declined' }, key)
  assert.deepEqual([lost.status, lost.body.error], [503, 'unavailable'])
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      eventually('an answer', 10, async () => {
        const answer = await payBy(merchant, session, { card: 'card_declined' }, key)
        return answer.status === 409 ? null : answer
      }),
    ),
  )
  const [first] = await attemptsOf(world, merchant, session)
  for (const { status, body } of answers) assert.deepEqual([status, body], [201, first])
  assert.equal((await attemptsOf(world, merchant, session)).length, 1)
  const again = await payBy(merchant, session, { card: 'card_declined' }, key)
  assert.equal(again.headers.get('idempotent-replayed'), 'true')
  const other = await payBy(merchant, session, { card: 'visa' }, key)
  assert.deepEqual([other.status, other.body.error], [422, 'idempotency_key_reused'])

  // The control: another key is another attempt.
  await payBy(merchant, session, { card: 'card_declined' })
  assert.equal((await attemptsOf(world, merchant, session)).length, 2)
})

test('what is not pending is not paid', async () => {
  const merchant = await world.createMerchant()
  const session = await createSession(world, merchant)
  await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  const { status, body } = await payBy(merchant, session, { card: 'visa' })
  assert.deepEqual([status, body.error], [409, 'session_not_pending'])
  assert.deepEqual(await capturesOf(world, session), [])
})

test('a payout that the token refuses beforehand is held and arrives later', async () => {
  const merchant = await world.createMerchant()
  const session = await createSession(world, merchant, { payout_currency: 'USDC' })
  const { body } = await payBy(merchant, session, { card: 'visa', payout: 'held' })
  const [held] = await heard(world, merchant, 'payout.held', (data) => data.transaction_id === body.id)
  assert.equal(held?.data.hold_reason, 'transfer_would_fail')
  await assertPaidOnce(world, merchant, [session])
})

test('a payout that is refused in its block has failed, with the proof on the chain; the next one arrives', async () => {
  const merchant = await world.createMerchant()
  const session = await createSession(world, merchant, { payout_currency: 'USDC' })
  const { body } = await payBy(merchant, session, { card: 'visa', payout: 'failed' })
  const of = ({ transaction_id }: Record<string, unknown>) => transaction_id === body.id
  await heard(world, merchant, 'payout.sent', of)
  const [failed] = await heard(world, merchant, 'payout.failed', of)
  assert.deepEqual(failed?.data, await payoutOf(world, merchant, body as unknown as Transaction))
  assert.equal(failed?.data.status, 'failed')
  assert.ok(failed?.data.failure_reason)

  const next = await createSession(world, merchant, { payout_currency: 'USDC' })
  await payBy(merchant, next, { card: 'visa' })
  await completed(world, merchant, next)
  await assertBooks(world.database.db)
})

test('a payout cannot be refused in a currency whose token cannot', async () => {
  const merchant = await world.createMerchant()
  const session = await createSession(world, merchant)
  const { status, body } = await payBy(merchant, session, { card: 'visa', payout: 'failed' })
  assert.deepEqual([status, body.param], [400, 'payout'])
  assert.deepEqual(await attemptsOf(world, merchant, session), [])
})
