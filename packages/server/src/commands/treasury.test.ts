import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { openTreasuryWorld } from '../../../../test/support/treasuryWorld.ts'
import { insertOrder } from '../treasury/orderStore.ts'
import { inTransaction } from '../db/sql.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { treasuryWatch } from '../treasuryWatch.ts'
import { treasuryCheck } from './doctor/treasuryCheck.ts'
import { parseCall } from './parseCall.ts'
import { COMMANDS } from './commands.ts'
import { treasury } from './treasury.ts'
import { treasuryBook } from './treasuryBook.ts'
import { treasuryOrders } from './treasuryOrders.ts'
import { treasuryResolve } from './treasuryResolve.ts'

const POT = { network: 'ethereum', asset: 'USDT', alarm: '60', min: '100', target: '1000', max: '2000' }
const world = await openTreasuryWorld({ pots: [POT] })
after(() => world.close())
const { ctx } = world
const surroundings = { config: () => ctx.config, context: () => Promise.resolve(ctx) }
const server = () => Promise.reject(new Error('not asked'))
const patient = { ctx, online: false, server } as Parameters<typeof treasuryCheck.run>[0]

const ID = 'to_01jf2m8s5v0x3c9q6w4e7r1t2y'
const manual = async (id: string, amount: bigint) => {
  await inTransaction(ctx.db, (tx) =>
    insertOrder(tx, {
      ...{ kind: 'refill', livemode: false, id, venue: 'kraken', client_id: id, asset: 'USDT', amount },
      ...{ network: 'ethereum', address: world.address, withdraw_key: 'skiro-usdt' },
    }),
  )
  for (const state of ['unknown', 'manual'])
    await ctx.db.query(
      `update treasury_order set state = $1, sent_at = date_trunc('milliseconds', now()) where id = $2`,
      [state, id],
    )
}

describe('treasury', () => {
  test('is a command, and so are those that begin with its name', () => {
    const name = (...words: string[]) => {
      const call = parseCall(words, COMMANDS)
      return call.kind === 'run' ? call.command.name : call
    }
    assert.equal(name('treasury'), 'treasury')
    assert.equal(name('treasury', 'orders', '--all'), 'treasury orders')
    assert.deepEqual(parseCall(['help', 'treasury', 'orders'], COMMANDS), {
      kind: 'help',
      about: 'treasury orders',
    })
    assert.deepEqual(parseCall(['treasury', '--help'], COMMANDS), { kind: 'help', about: 'treasury' })
    assert.throws(() => parseCall(['treasury', 'order'], COMMANDS), /no command "treasury order".*orders/)
    assert.throws(() => parseCall(['help', 'treasury', 'order'], COMMANDS), /no command "treasury order"/)
  })

  test('lists what each pot holds against its thresholds, what is at the exchange, and what is open', async () => {
    await world.holds(50_000_000n)
    const said = await treasury.run({}, surroundings)
    assert.ok(said)
    const { pots, exchanges } = said.json as {
      pots: Record<string, unknown>[]
      exchanges: { balances: { asset: string }[] }[]
    }
    const usdt = pots.find(({ asset }) => asset === 'USDT')
    assert.deepEqual(
      [usdt?.on_chain, usdt?.free, usdt?.alarm, usdt?.state, usdt?.held_in],
      ['50.000000', '50.000000', '60.000000', 'low', 'wallet'],
    )
    assert.equal(pots.find(({ asset }) => asset === 'ETH')?.state, 'unread')
    assert.ok(exchanges[0]?.balances.some(({ asset }) => asset === 'BTC'))
    assert.match(said.text, /USDT +wallet +50\.000000 +0\.000000 +50\.000000 +60\.000000 +low/)
  })

  test('the doctor says what is low, and what is fine', async () => {
    await world.holds(50_000_000n)
    assert.deepEqual(
      (await treasuryCheck.run(patient)).map(({ verdict, message }) => `${verdict}: ${message}`),
      ['fail: Free on ethereum in test mode: 50.000000 USDT, below 60.000000 USDT.'],
    )
    await world.holds(3_000_000_000n)
    assert.match((await treasuryCheck.run(patient))[0]?.message ?? '', /above 2000\.000000 USDT/)
    await world.holds(150_000_000n)
    assert.deepEqual(
      (await treasuryCheck.run(patient)).map(({ verdict }) => verdict),
      ['ok'],
    )
  })

  test('the metrics carry balances, thresholds and orders', async () => {
    await world.holds(50_000_000n)
    const text = await createMetrics(ctx.db, treasuryWatch(ctx.config)).render()
    const pot = 'mode="test",network="ethereum",asset="USDT"'
    for (const line of [
      `skiro_treasury_balance{${pot}} 50`,
      `skiro_treasury_reserved{${pot}} 0`,
      `skiro_treasury_free{${pot}} 50`,
      `skiro_treasury_threshold{${pot},threshold="alarm"} 60`,
      `skiro_treasury_threshold{${pot},threshold="max"} 2000`,
      'skiro_treasury_orders{mode="test",kind="refill",state="manual"} 0',
    ])
      assert.ok(
        text.includes(line),
        `${line}\n${text
          .split('\n')
          .filter((one) => one.includes('treasury'))
          .join('\n')}`,
      )
  })
})

describe('an order for a person', () => {
  test('is listed, is told of by the doctor, and is settled once', async () => {
    await world.holds(150_000_000n)
    await manual(ID, 100_000_000n)
    const listed = await treasuryOrders.run({ all: false }, surroundings)
    assert.ok(listed)
    const [shown] = (listed.json as { data: Record<string, unknown>[] }).data
    assert.deepEqual([shown?.id, shown?.state, shown?.amount], [ID, 'manual', '100.000000'])
    assert.match((await treasuryCheck.run(patient))[0]?.message ?? '', new RegExp(`refill ${ID} at kraken`))
    const settle = (values: object) =>
      treasuryResolve.run({ mode: 'test', order: ID, ...values }, surroundings)
    await assert.rejects(settle({ outcome: 'done' }), /--filled must be a plain decimal/)
    await assert.rejects(settle({ outcome: 'failed', fee: '4' }), /--fee belongs to --outcome done/)
    await assert.rejects(
      settle({ outcome: 'done', filled: '96', fee: '4', paid: '9' }),
      /nothing is paid for a refill/,
    )
    const done = await settle({ outcome: 'done', filled: '96', fee: '4' })
    assert.ok(done)
    assert.equal((done.json as { state: string }).state, 'done')
    assert.equal(await world.balance('hot_wallet', 'USDT'), '96.000000')
    await assert.rejects(settle({ outcome: 'failed' }), /is done, not manual/)
    assert.equal((await treasuryOrders.run({ all: false }, surroundings))?.text, 'No order is open.\n')
  })
})

test('what a person moved is booked once', async () => {
  const before = await world.balance('venue', 'EUR')
  assert.equal(before, '0.00')
  const move = {
    mode: 'test',
    move: 'fund-venue',
    asset: 'EUR',
    amount: '50000.00',
    reference: 'wire-1',
  } as const
  await treasuryBook.run(move, surroundings)
  assert.equal(await world.balance('venue', 'EUR'), '50000.00')
  assert.equal(await world.balance('bank', 'EUR'), '-50000.00')
  const book = (change: object) => treasuryBook.run({ ...move, ...change }, surroundings)
  await assert.rejects(book({}), /wire-1 is booked already/)
  await assert.rejects(book({ asset: 'USDT', reference: 'w2' }), /fund-venue cannot be of USDT/)
  await assert.rejects(book({ amount: '-1', reference: 'w2' }), /--amount must be a positive decimal in EUR/)
  await assert.rejects(book({ amount: '1.001', reference: 'w2' }), /--amount must be/)
  await assert.rejects(book({ reference: 'a b' }), /--reference must be/)
  await assert.rejects(book({ move: 'steal' }), /--move must be one of fund-venue, skim/)
  await assert.rejects(book({ asset: 'DOGE' }), /--asset must be one of USD/)
  await book({ move: 'skim', asset: 'BTC', amount: '1', reference: 'tx' })
  assert.equal(await world.balance('venue', 'BTC'), '1.00000000')
})
