/** Each scenario of `skiro trigger`, in the real world: the event is in the log, the webhook came, nothing was made up. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Skiro, type SkiroEvent, type Transaction } from 'skiro'
import { SCENARIOS } from '../../packages/cli/src/trigger/scenarios.ts'
import { assertBooks } from '../support/books.ts'
import { assertSequence } from '../support/judge.ts'
import { attemptsOf, sessionOf } from '../support/outcome.ts'
import { eventually } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'
import { type Terminal, terminal } from './cli.ts'

let world: World
let gateway: Gateway
let t: Terminal
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  t = await terminal({ SKIRO_API_URL: world.api_url })
})
after(async () => {
  await t?.close()
  await gateway?.stop()
  await world?.stop()
})

const trigger = (merchant: Merchant, ...args: string[]) =>
  t.skiro(['trigger', ...args, '--json'], { SKIRO_API_KEY: merchant.api_key })

test('at least twelve can be listed', async () => {
  const { out } = await t.skiro(['trigger', '--list', '--json'])
  const { data } = JSON.parse(out) as { data: { name: string }[] }
  assert.deepEqual(
    data.map(({ name }) => name),
    SCENARIOS.map(({ name }) => name),
  )
  assert.ok(data.length >= 12)
})

/** What the object behind the event has to say at last, by scenario. */
async function looksRight(merchant: Merchant, name: string, event: SkiroEvent): Promise<void> {
  const { data } = event
  if (data.object === 'transaction') {
    const attempts = await attemptsOf(world, merchant, data.checkout_session_id)
    const { status } = await sessionOf(world, merchant, data.checkout_session_id)
    const failures = attempts.map(({ failure_code }) => failure_code).filter((code) => code !== null)
    const [, , code = 'card_declined'] = name.split('.')
    if (name === 'checkout.completed') assert.deepEqual([status, failures], ['completed', []])
    else if (code === 'second_card')
      assert.deepEqual([status, failures], ['completed', ['insufficient_funds']])
    else if (code === 'five_times') assert.deepEqual([status, failures.length], ['failed', 5])
    else assert.deepEqual([status, data.failure_code, failures], ['pending', code, [code]])
  } else if (data.object === 'checkout_session') assert.equal(data.status, 'expired')
  else if (data.object === 'payout') assert.equal(data.status, name.split('.')[1])
  else assert.equal(name, 'webhook.test')
}

test('every scenario makes its event happen', { concurrency: 3 }, async (group) => {
  await Promise.all(
    SCENARIOS.map(({ name, until }) =>
      group.test(name, async () => {
        const merchant = await world.createMerchant()
        const ran = await trigger(merchant, name, '--timeout', '40')
        assert.equal(ran.status, 0, ran.err)
        const event = JSON.parse(ran.out) as SkiroEvent
        assert.equal(event.type, until.type)
        const skiro = new Skiro(merchant.api_key, { baseUrl: world.api_url })
        assert.deepEqual(await skiro.events.retrieve(event.id), event)
        await looksRight(merchant, name, event)
        await eventually(`the webhook of ${name}`, 20, async () =>
          world.receiver.received.some((hook) => hook.event.id === event.id),
        )
        await assertSequence(world, merchant)
      }),
    ),
  )
  await assertBooks(world.database.db)
})

test('what is overridden is what happens', async () => {
  const merchant = await world.createMerchant()
  const set = ['amount=12.34', 'currency=EUR', 'metadata.order_id=ORD-7', 'metadata.a=b=c', 'card=amex']
  const ran = await trigger(merchant, 'checkout.completed', ...set.flatMap((one) => ['--override', one]))
  assert.equal(ran.status, 0, ran.err)
  const { amount, currency, metadata, card_brand } = (JSON.parse(ran.out) as { data: Transaction }).data
  assert.deepEqual(
    [amount, currency, metadata, card_brand],
    [12.34, 'EUR', { order_id: 'ORD-7', a: 'b=c' }, 'amex'],
  )

  const unknown = await trigger(merchant, 'checkout.completed', '--override', 'price=1')
  assert.deepEqual([unknown.status, unknown.out], [2, ''])
  const refused = await trigger(merchant, 'checkout.completed', '--override', 'amount=0.001')
  assert.deepEqual([refused.status, refused.out], [4, ''])
})

test('an event that does not come in time ends with 7, and the money is not lost track of', async () => {
  const merchant = await world.createMerchant()
  // Final needs blocks on top, which take seconds.
  const ran = await trigger(merchant, 'payout.completed', '--timeout', '0.1')
  assert.deepEqual([ran.status, ran.out], [7, ''])
  assert.match(ran.err, /timed_out/)
})
