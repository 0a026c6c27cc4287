/** Thieves try stolen cards on small sessions: after so many failures they learn nothing any more. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { cardToken, createSession } from '../support/pay.ts'
import { paymentsOf } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const FUNDS = '4000000000009995'
const LIMITS = {
  SKIRO_CARD_LIMIT_TEST: 'on',
  SKIRO_CARD_LIMIT_ADDRESS: '6/3600',
  SKIRO_CARD_LIMIT_DEVICE: '3/3600',
}
const UNSEEN = { status: 'declined', failure_code: 'card_declined' }
const SEEN = { status: 'declined', failure_code: 'insufficient_funds' }

let world: World
let merchant: Merchant
let gateway: Gateway
before(async () => {
  world = await startWorld()
  merchant = await world.createMerchant()
})
beforeEach(async () => {
  await world.database.db.query('delete from rate_limit')
})
afterEach(async () => {
  await gateway?.stop()
})
after(async () => {
  await world?.stop()
})

/** A browser: keeps the cookie that the page gives it. */
async function newBrowser() {
  const opened = await fetch(`${world.api_url}/${await createSession(world, merchant)}`)
  const [cookie = ''] = (opened.headers.get('set-cookie') ?? '').split(';')
  assert.match(cookie, /^skiro_device=[\w-]{22}$/)
  assert.match(opened.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
  const again = await fetch(`${world.api_url}/${await createSession(world, merchant)}`, {
    headers: { cookie },
  })
  assert.equal(again.headers.get('set-cookie'), null, 'one value for each browser')
  return (number: string) => attempt(number, { cookie })
}

async function attempt(number: string, headers: Record<string, string> = {}) {
  const session = await createSession(world, merchant)
  const answer = await fetch(`${world.api_url}/${session}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-skiro-page': '1', ...headers },
    body: JSON.stringify({ token: await cardToken(world, session, number) }),
  })
  return { session, body: (await answer.json()) as object, asked: (await paymentsOf(world, session)).length }
}

test('cards that work do not count; after the limit of a browser even a good card is declined unseen', async () => {
  gateway = await world.startGateway({ ...LIMITS })
  const browser = await newBrowser()
  for (let count = 0; count < 4; count++) {
    assert.deepEqual((await browser('4242424242424242')).body, { status: 'paid' })
  }
  for (let count = 0; count < 3; count++) assert.deepEqual((await browser(FUNDS)).body, SEEN)
  for (const number of [FUNDS, '4242424242424242']) {
    const { body, asked } = await browser(number)
    assert.deepEqual([body, asked], [UNSEEN, 0])
  }
  const other = await newBrowser()
  assert.deepEqual((await other('4242424242424242')).body, { status: 'paid' }, 'another browser is another')
})

test('many at once, each as a new browser, do not slip through the limit of their address', async () => {
  gateway = await world.startGateway({ ...LIMITS, SKIRO_CARD_LIMIT_DEVICE: 'off' })
  const all = await Promise.all(Array.from({ length: 15 }, () => attempt(FUNDS)))
  assert.equal(all.filter(({ asked }) => asked > 0).length, 6)
  for (const { body, asked } of all) assert.deepEqual(body, asked ? SEEN : UNSEEN)
  const metrics = await (await fetch(`${world.api_url}/metrics`)).text()
  assert.match(metrics, /skiro_card_attempts_refused_total\{limit="address"\} 9/)
})

test('requests without the cookie share one count at their address', async () => {
  gateway = await world.startGateway({ ...LIMITS })
  const answers = []
  for (let count = 0; count < 5; count++) answers.push((await attempt(FUNDS)).asked)
  assert.deepEqual(answers, [1, 1, 1, 0, 0])
})

test('in test mode nothing is declined unseen unless it is asked for', async () => {
  gateway = await world.startGateway({ ...LIMITS, SKIRO_CARD_LIMIT_TEST: 'off' })
  for (let count = 0; count < 8; count++) assert.deepEqual((await attempt(FUNDS)).body, SEEN)
})
