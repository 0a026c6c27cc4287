/** Webhooks as the merchant's server meets them: failing, slow, elsewhere, and after the gateway was killed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertSequence } from '../support/judge.ts'
import { captured, completed, heard, heardBy } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Received, startReceiver, verifies } from '../support/receiver.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type Status = { status: string; webhook_accepted: boolean }

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

/** What was being delivered when the gateway was killed. */
let cut: { merchant: Merchant; session: string }

test('the gateway is killed while the receiver thinks', async () => {
  const merchant = await world.createMerchant()
  world.receiver.delay(60_000)
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session))
  await tries(merchant, 'checkout.completed', 1)
  await gateway.kill()
  world.receiver.delay(0)
  world.receiver.answer(503)
  gateway = await world.startGateway()
  assert.deepEqual(await pageStatus(session), { status: 'paid', webhook_accepted: false })
  await tries(merchant, 'checkout.completed', 2)
  world.receiver.answer(200)
  cut = { merchant, session }
})

test('a refused event comes again with the same id and body and a new signature; the page waits for it', async () => {
  const merchant = await world.createMerchant()
  world.receiver.answer(500)
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session))
  const [first] = await tries(merchant, 'checkout.completed', 1)
  await eventually('the refusal written down', 10, async () => (await lastStatus(first)) === 500)
  assert.deepEqual(await pageStatus(session), { status: 'paid', webhook_accepted: false })

  world.receiver.answer(200)
  const [, second] = await tries(merchant, 'checkout.completed', 2)
  assert.ok(first && second)
  assert.equal(second.event.id, first.event.id)
  assert.equal(second.body, first.body)
  assert.notEqual(second.signature, first.signature)
  const pause = signedAt(second) - signedAt(first)
  assert.ok(pause >= 4 && pause <= 9, `the first retry came after ${pause} s`)
  await eventually('the page to know', 30, async () => (await pageStatus(session)).webhook_accepted)
  assert.deepEqual(await pageStatus(session), { status: 'paid', webhook_accepted: true })
  await completed(world, merchant, session)
})

test("a session's own URL replaces the default one and is signed with the default secret", async () => {
  const merchant = await world.createMerchant()
  const elsewhere = await startReceiver()
  try {
    const session = await createSession(world, merchant, { webhook_url: `${elsewhere.url}/hooks?shop=7` })
    const plain = await createSession(world, merchant)
    for (const one of [session, plain]) {
      await pay(world, one, await cardToken(world, one, '4000000000000002'))
      await pay(world, one, await cardToken(world, one))
      await completed(world, merchant, one)
    }
    await heard(world, merchant, 'payout.completed', () => true)
    await eventually('every event at its own URL', 10, async () => elsewhere.received.length === 4)
    for (const hook of elsewhere.received) {
      assert.ok(verifies(hook, merchant.webhook_secret))
      assert.equal(hook.path, '/hooks?shop=7')
    }
    const mine = heardBy(world, merchant)
    const types = ['checkout.failed', 'checkout.completed', 'payout.sent', 'payout.completed'].toSorted()
    for (const hooks of [mine, elsewhere.received]) {
      assert.deepEqual(hooks.map(({ event }) => event.type).toSorted(), types)
    }
    assert.ok(mine.every(({ path }) => path === '/webhooks'))
    const told = new Set([...mine, ...elsewhere.received].map(({ event }) => event.sequence))
    assert.deepEqual(told, new Set([1, 2, 3, 4, 5, 6, 7, 8]))
    await assertSequence(world, merchant)
  } finally {
    await elsewhere.close()
  }
})

test('many payments at once: every sequence number once, and each payment in its order', async () => {
  const merchant = await world.createMerchant()
  const sessions = await Promise.all(Array.from({ length: 12 }, () => createSession(world, merchant)))
  await Promise.all(sessions.map(async (session) => pay(world, session, await cardToken(world, session))))
  for (const session of sessions) await completed(world, merchant, session)
  await heard(world, merchant, 'payout.completed', () => true, { count: 12 })
  const events = heardBy(world, merchant).map(({ event }) => event)
  const numbers = [...new Set(events.map(({ sequence }) => sequence))].toSorted((a, b) => a - b)
  assert.deepEqual(
    numbers,
    Array.from({ length: 36 }, (_, index) => index + 1),
  )
  for (const session of sessions) {
    const { payout_id } = await captured(world, merchant, session)
    const of = (type: string) =>
      events.find(({ type: t, data }) => t === type && (data.payout_id ?? data.id) === payout_id)?.sequence ??
      0
    const order = ['checkout.completed', 'payout.sent', 'payout.completed'].map(of)
    assert.ok(order.every((sequence) => sequence > 0))
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    )
  }
})

test('a server that never answers delays no other merchant', async () => {
  const [slow, quick] = await Promise.all([world.createMerchant(), world.createMerchant()])
  const hung = await startReceiver()
  hung.delay(60_000)
  try {
    const webhook_url = `${hung.url}/hang`
    const sessions = await Promise.all(
      Array.from({ length: 12 }, () => createSession(world, slow, { webhook_url })),
    )
    await Promise.all(
      sessions.map(async (session) =>
        pay(world, session, await cardToken(world, session, '4000000000000002')),
      ),
    )
    await eventually('a hanging delivery', 10, async () => hung.received.length > 0)
    const session = await createSession(world, quick)
    await pay(world, session, await cardToken(world, session, '4000000000000002'))
    await heard(world, quick, 'checkout.failed', () => true, { seconds: 5 })
  } finally {
    await hung.close()
  }
})

test('what was cut off comes again with the same id until it is accepted', async () => {
  const { merchant, session } = cut
  const all = await tries(merchant, 'checkout.completed', 3, 30)
  assert.equal(new Set(all.map(({ body }) => body)).size, 1)
  await eventually('the page to know', 30, async () => (await pageStatus(session)).webhook_accepted)
  await completed(world, merchant, session)
  await assertSequence(world, merchant)
})

/** The first `count` tries of a type at the merchant's default URL, in the order of arrival. */
async function tries(merchant: Merchant, type: string, count: number, seconds = 20): Promise<Received[]> {
  return await eventually(`${count} tries of ${type}`, seconds, async () => {
    const found = heardBy(world, merchant).filter(({ event }) => event.type === type)
    return found.length >= count ? found : null
  })
}

async function lastStatus(hook: Received | undefined): Promise<number | null> {
  const { rows } = await world.database.db.query<{ last_status: number | null }>(
    'select status last_status from webhook_attempt where event_id = $1 order by id desc limit 1',
    [hook?.event.id],
  )
  return rows[0]?.last_status ?? null
}

async function pageStatus(session: string): Promise<Status> {
  const answer = await fetch(`${world.api_url}/${session}/status`)
  const { status, webhook_accepted } = (await answer.json()) as Status
  return { status, webhook_accepted }
}

function signedAt({ signature }: Received): number {
  return Number(/^t=(\d+),/.exec(signature)?.[1])
}
