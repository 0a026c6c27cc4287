import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nowMs } from '../../lib/clock.ts'
import { ProviderError } from '../../lib/errors.ts'
import { RATE_SCALE } from '../../lib/money.ts'
import type { BuyOrder, Exchange, Withdrawal } from '../exchange.ts'

/** Which call a fault is for, whatever the exchange names it. */
export type Faulty = 'place' | 'findOrder' | 'withdraw' | 'findWithdrawal'

/** An account to test against, with a book that is read from outside the adapter. */
export type ExchangeWorld = {
  readonly key: string
  readonly address: string
  create(change?: { url?: string; bad_key?: true }, timeout_ms?: number): Exchange
  fault(call: Faulty, kind: string, delay_ms?: number): Promise<unknown>
  /** Client ids of all orders and amounts of all withdrawals that the exchange has ever acted on. */
  orders(): Promise<string[]>
  withdrawals(): Promise<string[]>
  settle(status: 'Success' | 'Failure'): Promise<unknown>
  advance(ms: number): Promise<unknown>
  close(): Promise<void>
}

const BTC = 10n ** 8n
const is = (kind: ProviderError['kind']) => (error: unknown) => {
  assert.ok(error instanceof ProviderError, String(error))
  assert.equal(error.kind, kind, error.message)
  return true
}

/** What every exchange must do, above all when an answer is lost. `open` starts one with working capital. */
export function testExchange(id: string, open: () => Promise<ExchangeWorld>): void {
  describe(`${id} as an exchange`, () => {
    let world: ExchangeWorld
    let exchange: Exchange
    before(async () => {
      world = await open()
      exchange = world.create()
    })
    after(() => world.close())

    const order = (change: Partial<BuyOrder> = {}): BuyOrder => ({
      client_id: randomBytes(16).toString('hex'),
      base: 'BTC',
      quote: 'USD',
      amount: BTC / 100n,
      limit: 200_000n * RATE_SCALE,
      deadline_ms: nowMs() + 10_000,
      ...change,
    })
    let apart = 0n
    const withdrawal = (change: Partial<Withdrawal> = {}): Withdrawal => ({
      client_id: randomBytes(16).toString('hex'),
      asset: 'USDT',
      network: 'ethereum',
      key: world.key,
      address: world.address,
      amount: 100_000_000n + apart++,
      since_ms: nowMs(),
      ...change,
    })
    const free = async (asset: string) =>
      (await exchange.balances()).find((balance) => balance.asset === asset)?.free ?? 0n
    const placed = async ({ client_id }: BuyOrder) =>
      (await world.orders()).filter((one) => one === client_id).length

    it('has markets with rules, and says what the account holds', async () => {
      const market = exchange.markets.find(({ base, quote }) => base === 'BTC' && quote === 'USD')
      assert.ok(market)
      const rules = await exchange.rules(market)
      assert.ok(rules.min_amount > 0n && rules.amount_decimals > 0)
      assert.ok((await free('USD')) > 0n)
    })

    it('buys at the limit or better, and shows what came of it', async () => {
      const [usd, btc] = [await free('USD'), await free('BTC')]
      const wanted = order()
      await exchange.place(wanted)
      const found = await exchange.findOrder(wanted.client_id)
      assert.ok(found)
      assert.deepEqual([found.state, found.filled], ['closed', wanted.amount])
      assert.ok(found.paid > 0n && found.paid * BTC <= 200_000n * 100n * wanted.amount)
      assert.deepEqual([found.fee.asset, found.fee.amount > 0n], ['USD', true])
      assert.equal((await free('BTC')) - btc, wanted.amount)
      const spent = usd - (await free('USD'))
      // Each of the two figures is rounded to cents, and so is the balance.
      assert.ok(spent - found.paid - found.fee.amount <= 2n && found.paid + found.fee.amount - spent <= 2n)
    })

    it('buys nothing above the limit', async () => {
      const wanted = order({ limit: 10n * RATE_SCALE })
      await exchange.place(wanted)
      const found = await exchange.findOrder(wanted.client_id)
      assert.deepEqual([found?.state, found?.filled, found?.paid], ['closed', 0n, 0n])
    })

    it('fills what there is, and cancels the rest', async () => {
      // A market that trades little, so that there is an end to it.
      const small = order({ quote: 'CAD' })
      await exchange.place(small)
      const paid = (await exchange.findOrder(small.client_id))?.paid ?? 0n
      // Ten basis points above what the first hundredth cost: some of the book, by far not six coins of it.
      const limit = (paid * 1001n * RATE_SCALE) / 1000n
      const wanted = order({
        quote: 'CAD',
        amount: 6n * BTC,
        limit: limit - (limit % (RATE_SCALE / 10n)),
      })
      await exchange.place(wanted)
      const found = await exchange.findOrder(wanted.client_id)
      assert.equal(found?.state, 'closed')
      assert.ok(found && found.filled > 0n && found.filled < wanted.amount, `filled ${found?.filled}`)
    })

    it('knows no order that was never placed', async () => {
      assert.equal(await exchange.findOrder(randomBytes(16).toString('hex')), null)
    })

    it('does not place an order after its deadline', async () => {
      const late = order({ deadline_ms: nowMs() - 1000 })
      await assert.rejects(exchange.place(late), is('refused'))
      assert.equal(await exchange.findOrder(late.client_id), null)
    })

    for (const kind of ['drop_before', 'error_before']) {
      it(`place, ${kind}: unknown, and it is not there`, async () => {
        const wanted = order()
        await world.fault('place', kind)
        await assert.rejects(exchange.place(wanted), is('unknown'))
        assert.equal(await exchange.findOrder(wanted.client_id), null)
        assert.equal(await placed(wanted), 0)
      })
    }
    for (const kind of ['drop_after', 'error_after']) {
      it(`place, ${kind}: unknown, and it is there, once`, async () => {
        const wanted = order()
        await world.fault('place', kind)
        await assert.rejects(exchange.place(wanted), is('unknown'))
        assert.equal((await exchange.findOrder(wanted.client_id))?.filled, wanted.amount)
        assert.equal(await placed(wanted), 1)
      })
    }

    it('an order that arrives after its deadline does nothing', async () => {
      const wanted = order()
      await world.fault('place', 'delay', 300)
      await assert.rejects(world.create({}, 100).place(wanted), is('unknown'))
      await world.advance(20_000)
      await sleep(500)
      assert.equal(await placed(wanted), 0)
      assert.equal(await exchange.findOrder(wanted.client_id), null)
    })

    it('a question that gets no answer is no answer', async () => {
      await world.fault('findOrder', 'error_before')
      await assert.rejects(exchange.findOrder(randomBytes(16).toString('hex')), is('unknown'))
      await world.fault('findWithdrawal', 'drop_before')
      await assert.rejects(exchange.findWithdrawal(withdrawal(), null), is('unknown'))
    })

    it('sends coins to a saved address, and says when it is done', async () => {
      const held = await free('USDT')
      const wanted = withdrawal()
      const { reference } = await exchange.withdraw(wanted)
      assert.equal(held - (await free('USDT')), wanted.amount)
      const waiting = await exchange.findWithdrawal(wanted, reference)
      assert.equal(waiting?.state, 'pending')
      assert.equal(waiting.arrives + waiting.fee, wanted.amount)
      await world.settle('Success')
      const sent = await exchange.findWithdrawal(wanted, null)
      assert.deepEqual(
        [sent?.state, sent?.reference, sent?.tx_hash !== null],
        ['sent', waiting.reference, true],
      )
    })

    it('a withdrawal that fails says so', async () => {
      const wanted = withdrawal()
      const { reference } = await exchange.withdraw(wanted)
      await world.settle('Failure')
      assert.equal((await exchange.findWithdrawal(wanted, reference))?.state, 'failed')
    })

    it('withdraw, lost on the way there: unknown, and it is not there', async () => {
      const wanted = withdrawal()
      await world.fault('withdraw', 'drop_before')
      await assert.rejects(exchange.withdraw(wanted), is('unknown'))
      assert.equal(await exchange.findWithdrawal(wanted, null), null)
    })

    it('withdraw, its answer lost: unknown, and found by what it says', async () => {
      const wanted = withdrawal()
      await world.fault('withdraw', 'drop_after')
      await assert.rejects(exchange.withdraw(wanted), is('unknown'))
      const found = await exchange.findWithdrawal(wanted, null)
      assert.equal(found?.state, 'pending')
      assert.equal((await world.withdrawals()).filter((one) => one === found.reference).length, 1)
      assert.equal(await exchange.findWithdrawal(withdrawal(), null), null)
    })

    it('does not choose between two withdrawals that are alike', async () => {
      const wanted = withdrawal()
      await exchange.withdraw(wanted)
      await exchange.withdraw(wanted)
      await assert.rejects(exchange.findWithdrawal(wanted, null), is('unknown'))
    })

    it('refuses an address that the account does not have under that name, and more than there is', async () => {
      const before_all = (await world.withdrawals()).length
      const other = `0x${'99'.repeat(20)}`
      await assert.rejects(exchange.withdraw(withdrawal({ address: other })), is('refused'))
      await assert.rejects(exchange.withdraw(withdrawal({ key: 'nobody' })), is('refused'))
      await assert.rejects(exchange.withdraw(withdrawal({ amount: 10n ** 15n })), is('refused'))
      assert.equal((await world.withdrawals()).length, before_all)
    })

    it('answers many questions that are asked at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchange.balances()))
      assert.ok(answers.every((balances) => balances.length > 0))
    })

    it('tells a wrong key from a server that was not reached', async () => {
      await assert.rejects(world.create({ bad_key: true }).balances(), is('refused'))
      await assert.rejects(world.create({ url: 'http://127.0.0.1:2' }).place(order()), is('unavailable'))
    })
  })
}
