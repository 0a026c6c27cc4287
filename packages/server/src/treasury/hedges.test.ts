import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { dyingAt, openTreasuryWorld, type TreasuryWorld } from '../../../../test/support/treasuryWorld.ts'
import { TREASURY_FAILPOINTS } from '../lib/failpoint.ts'
import { RATE_SCALE } from '../lib/money.ts'
import { planHedges } from './planHedges.ts'

const USDT = 1_000_000n
const worlds: TreasuryWorld[] = []
let world: TreasuryWorld
beforeEach(async () => {
  world = await openTreasuryWorld()
  worlds.push(world)
})
after(() => Promise.all(worlds.map((one) => one.close())))

const plan = () => planHedges(world.ctx, world.ports, false, world.desk)
const sell = () => world.sold(500n * USDT, 'USDT', 50_000n, 'USD')
async function planned() {
  await sell()
  assert.equal(await plan(), 1)
  return await world.only()
}
/** The venue's own book, and what ours says about it. */
async function bookedOnce() {
  const { orders } = await world.book()
  assert.equal(orders.length, 1, 'orders in the book of the exchange')
  assert.equal(orders[0]?.filled, '500.0000000000')
  assert.equal(await world.balance('venue', 'USDT'), '500.000000')
  assert.equal(await world.balance('fx', 'USDT'), '0.000000')
  const { rows } = await world.ctx.db.query(`select from journal where key like 'hedge:%'`)
  assert.equal(rows.length, 1)
}

test('buys what was sold, at the price of the moment and a little more at most, and books what was filled', async () => {
  const order = await planned()
  assert.ok(order.kind === 'hedge')
  assert.deepEqual([order.asset, order.currency, order.amount], ['USDT', 'USD', 500n * USDT])
  assert.ok(order.limit_price > RATE_SCALE && order.limit_price < (RATE_SCALE * 102n) / 100n)
  await world.work(order)
  await bookedOnce()
  const done = await world.only()
  assert.equal(done.state, 'done')
  assert.ok(done.paid && done.paid > 49_000n && done.paid < 51_000n)
  // 0.26 % of what was paid.
  assert.ok(done.fee && done.fee_asset === 'USD' && done.fee > 125n && done.fee < 135n)
  assert.equal(await plan(), 0)
})

test('nothing below the minimum, and nothing for a coin that has none', async () => {
  await world.sold(9n * USDT, 'USDT', 900n, 'USD')
  await world.sold(10n ** 18n, 'ETH', 340_000n, 'USD')
  assert.equal(await plan(), 0)
})

test('workers that plan together order once', async () => {
  await sell()
  const counts = await Promise.all(Array.from({ length: 8 }, plan))
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    1,
  )
})

test('workers that carry the same order out together place it once', async () => {
  const order = await planned()
  await Promise.all(Array.from({ length: 8 }, () => world.work(order)))
  await world.expireLeases()
  await Promise.all(Array.from({ length: 8 }, () => world.work(order)))
  await bookedOnce()
})

test('what is filled in part is booked in part, and the rest is a new order', async () => {
  await world.sold(6n * 10n ** 8n, 'BTC', 78_000_000n, 'CAD')
  world.desk.treasury.hedge?.minimum.set('BTC', 10n ** 5n)
  await plan()
  const order = await world.only()
  assert.ok(order.kind === 'hedge')
  // A limit that only the best of a thin book can meet.
  const probe = { client_id: 'probe', base: 'BTC', quote: 'CAD', amount: 10n ** 6n } as const
  await world.exchange().place({ ...probe, limit: order.limit_price, deadline_ms: Date.now() + 5000 })
  const best = (await world.exchange().findOrder('probe'))?.paid ?? 0n
  await world.ctx.db.query('alter table treasury_order disable trigger treasury_order_fixed')
  const tight = (best * 1001n * RATE_SCALE) / 1000n
  await world.ctx.db.query('update treasury_order set limit_price = $1', [
    tight - (tight % (RATE_SCALE / 10n)),
  ])
  await world.work(order)
  const first = await world.only()
  assert.equal(first.state, 'done')
  assert.ok(first.filled && first.filled < first.amount, `filled ${first.filled}`)
  assert.equal(await plan(), 1)
  const [, rest] = await world.orders()
  assert.notEqual(rest?.client_id, first.client_id)
  assert.ok(rest && rest.amount <= first.amount - first.filled)
})

describe('a worker dies', () => {
  for (const failpoint of TREASURY_FAILPOINTS) {
    test(`at ${failpoint}`, async () => {
      await sell()
      if (failpoint === 'treasury.planned') await dyingAt(failpoint, plan)
      else assert.equal(await plan(), 1)
      const order = await world.only()
      if (failpoint !== 'treasury.planned') await dyingAt(failpoint, () => world.work(order))
      // Another worker, once the lease is over; and again, once nothing can be on its way any more.
      for (let turn = 0; turn < 3; turn++) {
        await world.expireLeases()
        await world.work(order)
        await plan()
        if ((await world.only()).state === 'unknown') await world.passes(4)
      }
      assert.equal((await world.only()).state, 'done')
      await bookedOnce()
    })
  }
})

describe('the answer is lost', () => {
  for (const kind of ['drop_before', 'drop_after', 'error_before', 'error_after']) {
    test(`${kind}: it is looked up, and placed again only when it cannot be there`, async () => {
      const order = await planned()
      await world.fault('AddOrder', kind)
      await world.work(order)
      assert.equal((await world.only()).state, 'unknown')
      await world.expireLeases()
      await world.work(order)
      const acted = kind.endsWith('after')
      assert.equal((await world.book()).orders.length, acted ? 1 : 0)
      assert.equal((await world.only()).state, acted ? 'done' : 'unknown')
      assert.equal(await plan(), 0, 'planned again what is under way')
      await world.passes(4)
      await world.expireLeases()
      await world.work(order)
      await bookedOnce()
      assert.equal((await world.book()).orders[0]?.client_id, order.client_id)
    })
  }

  test('an exchange that cannot be asked keeps it unknown for as long as that lasts', async () => {
    const order = await planned()
    await world.fault('AddOrder', 'drop_after')
    await world.work(order)
    await world.fault('ClosedOrders', 'error_before', { times: 3 })
    for (let turn = 0; turn < 3; turn++) {
      await world.passes(60)
      await world.expireLeases()
      await world.work(order)
      assert.equal((await world.only()).state, 'unknown')
    }
    await world.expireLeases()
    await world.work(order)
    await bookedOnce()
  })

  test('control: whoever orders again under a new id has bought twice', async () => {
    await planned()
    const [order] = await world.orders()
    assert.ok(order?.kind === 'hedge')
    await world.fault('AddOrder', 'drop_after')
    const exchange = world.exchange()
    for (const client_id of ['first', 'second']) {
      const wanted = { client_id, base: order.asset, quote: order.currency, amount: order.amount }
      const deadline_ms = Date.now() + 10_000
      await exchange.place({ ...wanted, limit: order.limit_price, deadline_ms }).catch(() => null)
    }
    assert.equal((await world.book()).orders.length, 2)
  })

  test('control: under the same id too, for the exchange compares open orders only', async () => {
    const order = await planned()
    assert.ok(order.kind === 'hedge')
    await world.fault('AddOrder', 'drop_after')
    const exchange = world.exchange()
    const { client_id, amount } = order
    const wanted = { client_id, base: order.asset, quote: order.currency, amount, limit: order.limit_price }
    for (let time = 0; time < 2; time++)
      await exchange.place({ ...wanted, deadline_ms: Date.now() + 10_000 }).catch(() => null)
    assert.equal((await world.book()).orders.length, 2)
  })
})

test('what the exchange refuses has failed, is not booked, and the pair rests', async () => {
  await world.ctx.db.query('select 1')
  await world.sold(2_000_000n * USDT, 'USDT', 200_000_000n, 'USD')
  await plan()
  const order = await world.only()
  await world.work(order)
  const failed = await world.only()
  assert.deepEqual([failed.state, failed.reason], ['failed', 'EOrder:Insufficient funds'])
  assert.equal(await world.balance('fx', 'USDT'), '2000000.000000')
  assert.equal(await plan(), 0)
})
