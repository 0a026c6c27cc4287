/** The bank asks the customer: given up, refused, never answered, answered twice, answered on another page. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { answerBank, goOn } from '../support/bank.ts'
import { assertBooks } from '../support/books.ts'
import { capturesOf } from '../support/judge.ts'
import { assertPaidOnce, attemptsOf, captured, heard, sessionOf } from '../support/outcome.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { paymentsOf, turn } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const CHALLENGE = '4000000000003220'
const REDIRECT = '4000000000003063'

let world: World
let gateway: Gateway
let merchant: Merchant
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
})
beforeEach(async () => {
  merchant = await world.createMerchant()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

/** A session whose customer stands before the bank's question, and that question's address. */
async function asked(number = CHALLENGE): Promise<{ session: string; url: string }> {
  const session = await createSession(world, merchant)
  const { body } = await pay(world, session, await cardToken(world, session, number))
  assert.equal(body.status, 'authenticate', JSON.stringify(body))
  return { session, url: (body.action as { url: string }).url }
}

const statusOf = async (session: string) =>
  ((await (await fetch(`${world.api_url}/${session}/status`)).json()) as { status: string }).status

test('a customer who gives up is told so, charged nothing, and pays with another card', async () => {
  const { session, url } = await asked()
  assert.deepEqual(await goOn(world, session, 'cancel'), {
    status: 'declined',
    failure_code: 'authentication_failed',
  })
  const [failed] = await attemptsOf(world, merchant, session)
  assert.deepEqual([failed?.status, failed?.failure_code], ['failed', 'authentication_failed'])
  await heard(world, merchant, 'checkout.failed', ({ id }) => id === failed?.id)
  assert.equal((await answerBank(url, 'authorise')).status, 400, 'the bank does not ask any more')
  const [payment] = await paymentsOf(world, session)
  assert.deepEqual([payment?.status, payment?.entries], ['voided', []])
  const second = await pay(world, session, await cardToken(world, session))
  assert.deepEqual(second.body, { status: 'paid' })
  assert.equal((await capturesOf(world, session)).length, 1)
})

test('giving up and passing at the same moment: charged once or not at all', async () => {
  const ends: unknown[] = []
  for (let round = 0; round < 8; round++) {
    const { session, url } = await asked()
    const [, answer] = await Promise.all([
      answerBank(url, 'authorise'),
      goOn(world, session, 'cancel'),
      goOn(world, session),
    ])
    const end = await eventually('an end', 20, async () => {
      const status = await statusOf(session)
      return status === 'paid' || status === 'open' ? status : null
    })
    ends.push(end)
    assert.equal((await capturesOf(world, session)).length, end === 'paid' ? 1 : 0, JSON.stringify(answer))
    if (end === 'open') {
      const [payment] = await paymentsOf(world, session)
      assert.match(payment?.status ?? '', /^(voided|failed)$/, 'no hold stays on the card')
    }
  }
  assert.ok(ends.length === 8)
  await assertBooks(world.database.db)
})

test('a refusal at the bank declines; an answer given twice changes nothing', async () => {
  const { session, url } = await asked()
  assert.equal((await answerBank(url, 'fail')).status, 200)
  const declined = { status: 'declined', failure_code: 'authentication_failed' }
  assert.deepEqual(await goOn(world, session), declined)
  assert.equal((await answerBank(url, 'authorise')).status, 400)
  assert.deepEqual(await goOn(world, session), declined)
  assert.equal((await attemptsOf(world, merchant, session)).length, 1)
})

test('a bank with a page of its own sends the customer back, and the page has gone on by then', async () => {
  const { session, url } = await asked(REDIRECT)
  const [payment] = await paymentsOf(world, session)
  const back = `${world.api_url}/${session}/return`
  assert.ok(payment)
  const early = await fetch(back, { redirect: 'manual' })
  assert.deepEqual([early.status, early.headers.get('location')], [303, `/${session}?done&locale=en`])
  assert.equal(await statusOf(session), 'authenticate', 'nothing was answered yet')
  await answerBank(url, 'authorise')
  const page = await fetch(back)
  assert.equal(page.url, `${world.api_url}/${session}?done&locale=en`)
  assert.match(await page.text(), /Thank you, your payment is complete/)
  assert.match(await (await fetch(`${world.api_url}/${session}`)).text(), /This has already been paid/)
  await captured(world, merchant, session)
})

test('with webhooks lost and the tab closed, an answered question is found by asking', async () => {
  await turn(world, 'webhooks', { mode: 'off' })
  const { session, url } = await asked()
  await answerBank(url, 'authorise')
  await captured(world, merchant, session)
  await turn(world, 'webhooks', { mode: 'normal' })
  await assertPaidOnce(world, merchant, [session])
})

test('the page of another tab, or after closing this one, asks the same; no second card is charged meanwhile', async () => {
  const { session, url } = await asked()
  const reopened = await (await fetch(`${world.api_url}/${session}`)).text()
  assert.match(reopened, /Your bank asks whether it is you/)
  assert.ok(reopened.includes(`src="${url}"`))
  const expired = await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  assert.equal(expired.status, 409, 'a session with a charge in flight does not expire')
  await answerBank(url, 'authorise')
  assert.deepEqual(await goOn(world, session), { status: 'paid' })
  assert.equal((await sessionOf(world, merchant, session)).status, 'completed')
})

test('only our own page goes on or gives up', async () => {
  const { session } = await asked()
  for (const verb of ['continue', 'cancel']) {
    for (const headers of [{}, { 'x-skiro-page': '1', origin: 'https://elsewhere.example' }]) {
      const refused = await fetch(`${world.api_url}/${session}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      })
      assert.equal(refused.status, 403)
    }
  }
  assert.equal(await statusOf(session), 'authenticate')
})

test('a question that nobody answers for ten minutes is a refusal', async () => {
  const { session } = await asked()
  await turn(world, 'advance', { seconds: 601 })
  assert.deepEqual(await goOn(world, session), { status: 'declined', failure_code: 'authentication_failed' })
})
