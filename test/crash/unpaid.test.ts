/**
 * `kill -9` of the gateway between any two steps of an attempt that takes no money: the card is not charged, the merchant
 * is told once, and the session can be paid with another card. Judged by the acquirer's book.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { UNPAID_FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import { assertFreeWithin } from '../support/leases.ts'
import { capturesOf } from '../support/judge.ts'
import { attemptsOf, captured, heard } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { VENUES, paymentsOf, setVenues } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const DECLINED = '4000000000000002'

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

test('no point was left out', () => {
  assert.deepEqual([...DECLINES, ...VOIDS], [...UNPAID_FAILPOINTS])
})

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
