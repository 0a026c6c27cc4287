import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { dyingAt, openTreasuryWorld, type TreasuryWorld } from '../../../../test/support/treasuryWorld.ts'
import { TREASURY_FAILPOINTS } from '../lib/failpoint.ts'
import { planRefills } from './planRefills.ts'
import { resolveOrder } from './resolveOrder.ts'

const USDT = 1_000_000n
const worlds: TreasuryWorld[] = []
let world: TreasuryWorld
beforeEach(async () => {
  world = await openTreasuryWorld()
  worlds.push(world)
})
after(() => Promise.all(worlds.map((one) => one.close())))

const plan = () => planRefills(world.ctx, world.ports, false, world.desk)
async function planned() {
  await world.holds(50n * USDT)
  assert.equal(await plan(), 1)
  return await world.only()
}
async function turn(order: { livemode: boolean; id: string }) {
  await world.expireLeases()
  await world.work(order)
  return await world.only()
}
const atVenue = async () => (await world.book()).withdrawals

test('a wallet below its minimum is filled to its target, from the exchange to our own address', async () => {
  const order = await planned()
  assert.ok(order.kind === 'refill')
  assert.equal(order.address, world.address)
  assert.ok(order.amount <= 950n * USDT && order.amount > 949n * USDT, `${order.amount}`)
  await world.work(order)
  const accepted = await world.only()
  assert.deepEqual([accepted.state, accepted.reference !== null], ['accepted', true])
  assert.equal(await world.balance('hot_wallet', 'USDT'), '0.000000')
  await world.settle('Success')
  const done = await turn(order)
  assert.equal(done.state, 'done')
  assert.equal((done.filled ?? 0n) + (done.fee ?? 0n), order.amount)
  assert.equal(await world.balance('venue_expense', 'USDT'), '4.000000')
  const [withdrawal, ...others] = await atVenue()
  assert.equal(others.length, 0)
  assert.equal(withdrawal?.address, world.address)
})

test('not while enough is there, and not while coins are on their way or have just arrived', async () => {
  await world.holds(100n * USDT)
  assert.equal(await plan(), 0)
  const order = await planned()
  assert.equal(await plan(), 0)
  await world.work(order)
  await world.settle('Success')
  await turn(order)
  // A balance that was read a moment after the arrival may lack it.
  await world.holds(50n * USDT)
  assert.equal(await plan(), 0)
})

test('what is promised does not count as there', async () => {
  await world.holds(500n * USDT)
  await world.ctx.db.query('update inventory set promised = $1', [450n * USDT])
  assert.equal(await plan(), 1)
})

test('workers that plan together ask once', async () => {
  await world.holds(0n)
  const counts = await Promise.all(Array.from({ length: 8 }, plan))
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    1,
  )
})

test('an address that the account has not saved is refused by the exchange', async () => {
  await world.save('skiro-usdt', 'USDT', `0x${'99'.repeat(20)}`)
  const order = await planned()
  await world.work(order)
  assert.deepEqual([(await world.only()).state, (await atVenue()).length], ['failed', 0])
  assert.equal(await plan(), 0, 'asked again at once')
})

test('coins that come back to the account are not booked', async () => {
  const order = await planned()
  await world.work(order)
  await world.settle('Failure')
  assert.equal((await turn(order)).state, 'failed')
  assert.equal(await world.balance('hot_wallet', 'USDT'), '0.000000')
})

describe('a worker dies', () => {
  for (const failpoint of TREASURY_FAILPOINTS) {
    test(`at ${failpoint}`, async () => {
      await world.holds(0n)
      if (failpoint === 'treasury.planned') await dyingAt(failpoint, plan)
      else await plan()
      const order = await world.only()
      const is_late = failpoint === 'treasury.found' || failpoint === 'treasury.booked'
      if (is_late) {
        await world.work(order)
        await world.settle('Success')
        await world.expireLeases()
      }
      if (failpoint !== 'treasury.planned') await dyingAt(failpoint, () => world.work(order))
      for (let time = 0; time < 3; time++) {
        await turn(order)
        await world.settle('Success')
        await world.passes(4)
      }
      // Before the call nobody can know that it was not made: a person is asked. In all other cases it is done.
      const [state, calls] = failpoint === 'treasury.recorded' ? ['manual', 0] : ['done', 1]
      assert.equal((await world.only()).state, state)
      assert.equal((await atVenue()).length, calls)
      const { rows } = await world.ctx.db.query(`select from journal where key like 'refill:%'`)
      assert.equal(rows.length, calls)
    })
  }
})

describe('the answer is lost', () => {
  test('and the exchange has acted: found by what it says, once', async () => {
    const order = await planned()
    await world.fault('Withdraw', 'drop_after')
    await world.work(order)
    assert.equal((await world.only()).state, 'unknown')
    assert.equal((await turn(order)).state, 'accepted')
    await world.settle('Success')
    assert.equal((await turn(order)).state, 'done')
    assert.equal((await atVenue()).length, 1)
  })

  test('and the exchange shows nothing: never asked again, left to a person', async () => {
    const order = await planned()
    await world.fault('Withdraw', 'drop_before')
    await world.work(order)
    assert.equal((await turn(order)).state, 'unknown')
    await world.passes(4)
    assert.equal((await turn(order)).state, 'manual')
    await world.passes(3600)
    assert.equal((await turn(order)).state, 'manual')
    assert.equal((await atVenue()).length, 0)
    assert.equal(await plan(), 0)
    await resolveOrder(world.ctx, order, { outcome: 'failed' })
    assert.equal((await world.only()).state, 'failed')
  })

  test('and it turns up after all', async () => {
    const order = await planned()
    await world.fault('Withdraw', 'drop_after')
    await world.work(order)
    await world.fault('WithdrawStatus', 'error_before', { times: 1 })
    await world.passes(4)
    assert.equal((await turn(order)).state, 'unknown', 'no answer is not the answer that there is none')
    // As if the list had lagged.
    await world.ctx.db.query(`update treasury_order set state = 'manual' where $1`, [true])
    assert.equal((await turn(order)).state, 'accepted')
    assert.equal((await atVenue()).length, 1)
  })

  test('control: whoever asks again sends twice', async () => {
    const order = await planned()
    assert.ok(order.kind === 'refill')
    await world.fault('Withdraw', 'drop_after')
    const { asset, network, withdraw_key: key, address, amount } = order
    for (const client_id of ['first', 'second']) {
      const wanted = { client_id, asset, network, key, address, amount, since_ms: Date.now() }
      await world
        .exchange()
        .withdraw(wanted)
        .catch(() => null)
    }
    assert.equal((await atVenue()).length, 2)
  })
})

describe('a person settles what is not known', () => {
  test('as done, with the figures of the exchange', async () => {
    const order = await planned()
    await world.fault('Withdraw', 'drop_before')
    await world.work(order)
    await world.passes(4)
    await turn(order)
    await assert.rejects(
      resolveOrder(world.ctx, order, { outcome: 'done', filled: 0n, fee: 0n }),
      /more than/,
    )
    await resolveOrder(world.ctx, order, {
      outcome: 'done',
      filled: order.amount - 4n * USDT,
      fee: 4n * USDT,
    })
    assert.equal((await world.only()).state, 'done')
    assert.equal(await world.balance('venue_expense', 'USDT'), '4.000000')
  })

  test('also when the exchange has not said anything for ten minutes', async () => {
    const order = await planned()
    await world.fault('Withdraw', 'drop_before')
    await world.work(order)
    await world.passes(590)
    await assert.rejects(resolveOrder(world.ctx, order, { outcome: 'failed' }), /is unknown, not manual/)
    await world.passes(20)
    await resolveOrder(world.ctx, order, { outcome: 'failed' })
    assert.equal((await world.only()).state, 'failed')
  })

  test('but nothing else', async () => {
    const order = await planned()
    await assert.rejects(resolveOrder(world.ctx, order, { outcome: 'failed' }), /not manual/)
    const nobody = { livemode: false, id: 'to_00000000000000000000000000' }
    await assert.rejects(resolveOrder(world.ctx, nobody, { outcome: 'failed' }), /no order/)
  })
})
