/**
 * `kill -9` of the gateway between any two steps of an attempt that takes no money: the card is not charged, the merchant
 * is told once, and the session can be paid with another card. Judged by the acquirer's book.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { CHALLENGE_FAILPOINTS, UNPAID_FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import { answerBank, goOn } from '../support/bank.ts'
import { assertFreeWithin } from '../support/leases.ts'
import { capturesOf } from '../support/judge.ts'
import { attemptsOf, captured, heard } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { VENUES, paymentsOf, setVenues } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const DECLINED = '4000000000000002'
const ASKED = '4000000000003220'

let world: World
let merchant: Merchant
before(async () => {
  world = await startWorld()
})
after(() => world?.stop())
beforeEach(async () => {
  merchant = await world.createMerchant()
})

const DECLINES = ['decline.recorded'] as const
const VOIDS = ['void.recorded', 'void.answered', 'void.ended'] as const

for (const failpoint of ['authorize.answered', ...DECLINES]) {
  test(`a card says no, killed at ${failpoint}: declined once, then paid with another card`, async () => {
    const doomed = await world.startGateway({ SKIRO_FAILPOINT: failpoint })
    const session = await createSession(world, merchant)
    void pay(world, session, await cardToken(world, session, DECLINED)).catch(() => null)
    await dies(doomed)
    await recovers(session, 'card_declined', [])
  })
}

for (const failpoint of VOIDS) {
  test(`a reservation is given back, killed at ${failpoint}: given back once, then paid`, async () => {
    await venues('down')
    const doomed = await world.startGateway({ SKIRO_FAILPOINT: failpoint })
    const session = await createSession(world, merchant)
    const token = await cardToken(world, session)
    assert.deepEqual((await pay(world, session, token)).body, { status: 'processing' })
    // Ten minutes pass.
    await world.database.db.query(
      `update transaction set give_up_at = now() where checkout_session_id = $1 and state = 'authorized'`,
      [session],
    )
    await dies(doomed)
    await venues('normal')
    await recovers(session, 'processing_error', [
      ['authorize', 4999],
      ['void', 4999],
    ])
  })
}

for (const failpoint of CHALLENGE_FAILPOINTS) {
  test(`the bank asks the customer, killed at ${failpoint}: the question is still there, and the answer counts`, async () => {
    const { session, url } = await askedAndKilled(failpoint)
    const gateway = await world.startGateway()
    try {
      assert.match(
        await (await fetch(`${world.api_url}/${session}`)).text(),
        /Your bank asks whether it is you/,
      )
      await answerBank(url, 'authorise')
      await captured(world, merchant, session)
      assert.deepEqual(await capturesOf(world, session), [4999])
    } finally {
      await gateway.stop()
    }
  })

  test(`the same, and the customer refuses at the bank: declined once, then paid with another card`, async () => {
    const { session, url } = await askedAndKilled(failpoint)
    await answerBank(url, 'fail')
    await recovers(session, 'authentication_failed', [])
  })
}

test('the customer gives up at the bank, killed before the payment is taken back: nothing is charged, then paid', async () => {
  const doomed = await world.startGateway({ SKIRO_FAILPOINT: 'void.recorded' })
  const session = await createSession(world, merchant)
  const { body } = await pay(world, session, await cardToken(world, session, ASKED))
  assert.equal(body.status, 'authenticate')
  void goOn(world, session, 'cancel').catch(() => null)
  await dies(doomed)
  // Too late: the customer has given up, whatever the bank says.
  await answerBank((body.action as { url: string }).url, 'authorise')
  await recovers(session, 'authentication_failed', [
    ['authorize', 4999],
    ['void', 4999],
  ])
})

test('no point was left out', () => {
  assert.deepEqual([...DECLINES, ...VOIDS], [...UNPAID_FAILPOINTS])
})

/** A payment whose gateway died when the bank's question was known, and where that is asked. */
async function askedAndKilled(failpoint: string): Promise<{ session: string; url: string }> {
  const doomed = await world.startGateway({ SKIRO_FAILPOINT: failpoint })
  const session = await createSession(world, merchant)
  void pay(world, session, await cardToken(world, session, ASKED)).catch(() => null)
  await dies(doomed)
  const { rows } = await world.database.db.query<{ url: string }>(
    `select action ->> 'url' url from transaction where checkout_session_id = $1`,
    [session],
  )
  return { session, url: rows[0]?.url ?? '' }
}

async function venues(mode: 'down' | 'normal'): Promise<void> {
  await setVenues(world, Object.fromEntries(VENUES.map((venue) => [venue, mode])))
}

async function dies(gateway: Gateway): Promise<void> {
  assert.equal(await gateway.exited, 'SIGKILL', 'the gateway was to die at the failpoint')
  await assertFreeWithin(world.database.db, Number(world.env.SKIRO_LEASE_SECONDS))
}

/** After a restart the attempt has failed with this, moved this money, and another card pays. */
async function recovers(session: string, code: string, entries: [string, number][]): Promise<void> {
  const gateway = await world.startGateway()
  try {
    const [attempt] = await eventually('a failed attempt', 30, async () => {
      const attempts = await attemptsOf(world, merchant, session)
      return attempts[0]?.status === 'failed' ? attempts : null
    })
    assert.equal(attempt?.failure_code, code)
    const [payment] = await paymentsOf(world, session)
    assert.deepEqual(payment?.entries, entries)
    await heard(world, merchant, 'checkout.failed', ({ id }) => id === attempt?.id)

    assert.deepEqual((await pay(world, session, await cardToken(world, session))).body, { status: 'paid' })
    await captured(world, merchant, session)
    assert.deepEqual(await capturesOf(world, session), [4999])
    const { rows } = await world.database.db.query<{ type: string }>(
      `select type from event where merchant_id = $1 and type like 'checkout.%' order by place`,
      [merchant.merchant_id],
    )
    assert.deepEqual(
      rows.map(({ type }) => type),
      ['checkout.failed', 'checkout.completed'],
    )
  } finally {
    await gateway.stop()
  }
}
