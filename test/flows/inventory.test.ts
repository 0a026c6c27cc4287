/** The treasury's limits: what it does not hold is not sold. Judged by the acquirer's book and the chain. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Transaction } from 'skiro'
import type { Hex } from 'viem'
import { assertBooks } from '../support/books.ts'
import { node, treasuryOf } from '../support/chainControls.ts'
import { assertInventory, assertQuotes } from '../support/inventory.ts'
import { assertSequence, capturesOf } from '../support/judge.ts'
import {
  assertPaidOnce,
  attemptsOf,
  captured,
  completed,
  heard,
  owedFor,
  sessionOf,
} from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { paymentsOf, planFault, turn } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type Pot = { asset: string; promised: string; waiting: number }

let world: World
let gateway: Gateway
let merchant: Merchant
const paid: string[] = []
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway({
    SKIRO_INVENTORY_WAIT_SECONDS: '3',
    SKIRO_INVENTORY_FRESH_MS: '0',
    SKIRO_INVENTORY_MARGIN_BPS: '0',
  })
  merchant = await world.createMerchant()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

/** Sets what the treasury holds of a token. */
async function deal(token: 'USDT' | 'USDC', amount: bigint): Promise<void> {
  const hex: Hex = `0x${amount.toString(16)}`
  await node(world, 'anvil_dealERC20', treasuryOf(world), world.chain.tokens[token], hex)
}

async function failedAttempt(session: string): Promise<Transaction> {
  return await eventually('a failed attempt', 30, async () => {
    const [attempt] = await attemptsOf(world, merchant, session)
    return attempt?.status === 'failed' ? attempt : null
  })
}

test('without coins a session can be made and paid, and the card is not charged', async () => {
  await deal('USDC', 0n)
  const session = await createSession(world, merchant, { payout_currency: 'USDC' })
  const answer = await pay(world, session, await cardToken(world, session))
  assert.deepEqual(answer, { status: 200, body: { status: 'processing' } })
  const failed = await failedAttempt(session)
  assert.equal(failed.failure_code, 'processing_error')
  assert.equal(
    failed.failure_message,
    'There was not enough USDC on ethereum to pay this out. The card was not charged.',
  )
  assert.deepEqual([failed.conversion, failed.payout_amount, failed.payout_id], [null, null, null])
  const [payment, ...others] = await paymentsOf(world, session)
  assert.deepEqual(
    [payment?.status, payment?.entries, others],
    [
      'voided',
      [
        ['authorize', 4999],
        ['void', 4999],
      ],
      [],
    ],
  )
  await heard(world, merchant, 'checkout.failed', ({ id }) => id === failed.id)
  assert.equal((await sessionOf(world, merchant, session)).status, 'pending')
  await assertInventory(world.database.db)

  // The next card of the same customer is charged once there is something to sell.
  await deal('USDC', 1_000_000_000n)
  assert.deepEqual((await pay(world, session, await cardToken(world, session))).body, { status: 'paid' })
  paid.push(session)
})

test('a treasury that is filled while a payment waits pays it', async () => {
  for (const session of paid) await completed(world, merchant, session)
  await deal('USDC', 0n)
  const session = await createSession(world, merchant, { payout_currency: 'USDC' })
  await pay(world, session, await cardToken(world, session))
  assert.equal((await paymentsOf(world, session))[0]?.status, 'authorized')
  await deal('USDC', 1_000_000_000n)
  await captured(world, merchant, session)
  paid.push(session)
})

test('eight cards at once for coins that pay three: three are charged, five are not', async () => {
  // What is still on its way out of the treasury would be counted as promised.
  for (const session of paid) await completed(world, merchant, session)
  const one = await createSession(world, merchant)
  await pay(world, one, await cardToken(world, one))
  const each = owedFor(await completed(world, merchant, one))
  paid.push(one)
  // Rates move by less than a sixth between two payments.
  await deal('USDT', (each * 7n) / 2n)

  const sessions = await Promise.all(Array.from({ length: 8 }, () => createSession(world, merchant)))
  const tokens = await Promise.all(sessions.map((session) => cardToken(world, session)))
  // All are authorised before the first payout can leave.
  await Promise.all(sessions.map((session, i) => pay(world, session, tokens[i] ?? '')))
  const ends = await Promise.all(
    sessions.map((session) =>
      eventually('an end', 40, async () => {
        const [attempt] = await attemptsOf(world, merchant, session)
        return attempt?.status === 'failed' ? 'voided' : attempt?.status === 'completed' ? 'paid' : null
      }),
    ),
  )
  assert.deepEqual(ends.toSorted(), [...Array(3).fill('paid'), ...Array(5).fill('voided')])
  for (const [i, session] of sessions.entries()) {
    assert.deepEqual(await capturesOf(world, session), ends[i] === 'paid' ? [4999] : [])
    if (ends[i] === 'paid') paid.push(session)
  }
  await deal('USDT', 1_000_000_000_000n)
})

test('an authorisation that lapsed gives its coins back', async () => {
  const session = await createSession(world, merchant)
  await planFault(world, 'capture', 'drop_before', { times: 2 })
  await pay(world, session, await cardToken(world, session))
  const { rows } = await world.database.db.query<{ state: string }>(
    `select state from inventory_reservation where transaction_id =
       (select id from transaction where checkout_session_id = $1)`,
    [session],
  )
  assert.deepEqual(rows, [{ state: 'reserved' }])
  await turn(world, 'advance', { seconds: 8 * 86_400 })
  await failedAttempt(session)
  assert.deepEqual(await capturesOf(world, session), [])
  await assertInventory(world.database.db)
})

test('a chain that does not answer: the last balance counts, payments go on', async () => {
  await gateway.stop()
  const chains = JSON.parse(world.env.SKIRO_TEST_CHAINS) as { rpc_url: string }[]
  const dead = chains.map((chain) => ({ ...chain, rpc_url: 'http://127.0.0.1:9' }))
  gateway = await world.startGateway({
    SKIRO_TEST_CHAINS: JSON.stringify(dead),
    SKIRO_INVENTORY_FRESH_MS: '0',
    SKIRO_INVENTORY_WAIT_SECONDS: '0',
  })
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session))
  await captured(world, merchant, session)
  paid.push(session)
  // Minutes pass.
  await world.database.db.query(`update inventory set read_at = now() - interval '301 seconds'`)
  const late = await createSession(world, merchant)
  await pay(world, late, await cardToken(world, late))
  await failedAttempt(late)
  assert.deepEqual(await capturesOf(world, late), [])
  await gateway.stop()
  gateway = await world.startGateway()
})

test('all of it together: each paid session once, everything reserved has left', async () => {
  await assertPaidOnce(world, merchant, paid)
  assert.ok((await assertInventory(world.database.db)) >= paid.length)
  assert.ok((await assertQuotes(world.database.db)) >= paid.length)
  await assertBooks(world.database.db)
  await assertSequence(world, merchant)
  // Nothing is owed, so nothing is promised.
  const { data } = JSON.parse(await world.command('inventory', 'list', '--json')) as { data: Pot[] }
  assert.deepEqual(
    data.map(({ asset, promised, waiting }) => [asset, promised, waiting]),
    [
      ['USDC', '0.000000', 0],
      ['USDT', '0.000000', 0],
    ],
  )
})
