import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import type { BookLevel } from '../adapters/venue.ts'
import { RATE_SCALE } from '../lib/money.ts'
import { buyBase, sellBase, spendQuote, spreadBps } from './price.ts'

const one = RATE_SCALE
const level = (price: bigint, size: bigint): BookLevel => ({ price: price * one, size: size * one })
const ASKS = [level(100n, 2n), level(110n, 1n), level(200n, 5n)]
const BIDS = [level(90n, 1n), level(80n, 3n)]

it('spends an amount over as many asks as it takes', () => {
  assert.deepEqual(spendQuote(ASKS, 100n * one), { spent: 100n * one, got: one, levels: ASKS.slice(0, 1) })
  assert.deepEqual(spendQuote(ASKS, 200n * one)?.levels.length, 1)
  const deep = spendQuote(ASKS, 410n * one)
  assert.deepEqual(deep, { spent: 410n * one, got: (7n * one) / 2n, levels: ASKS })
})

it('sells an amount over as many bids as it takes', () => {
  assert.deepEqual(sellBase(BIDS, 2n * one), { spent: 2n * one, got: 170n * one, levels: BIDS })
})

it('buys a size for what the asks want', () => {
  assert.deepEqual(buyBase(ASKS, 4n * one), { spent: 510n * one, got: 4n * one, levels: ASKS })
})

it('has no price for more than the book holds', () => {
  assert.notEqual(spendQuote(ASKS, 1310n * one), null)
  assert.equal(spendQuote(ASKS, 1310n * one + 1n), null)
  assert.notEqual(sellBase(BIDS, 4n * one), null)
  assert.equal(sellBase(BIDS, 4n * one + 1n), null)
  assert.notEqual(buyBase(ASKS, 8n * one), null)
  assert.equal(buyBase(ASKS, 8n * one + 1n), null)
  assert.equal(spendQuote([], 1n), null)
})

it('gives the spread in basis points of the middle, rounded up', () => {
  const book = (bid: bigint, ask: bigint) => ({ asks: [level(ask, 1n)], bids: [level(bid, 1n)] })
  assert.equal(spreadBps(book(995n, 1005n)), 100)
  assert.equal(spreadBps(book(99_499n, 100_501n)), 101)
  assert.equal(spreadBps(book(100n, 100n)), null)
  assert.equal(spreadBps(book(101n, 100n)), null)
  assert.equal(spreadBps({ asks: [], bids: BIDS }), null)
})

/** Sorted asks with odd digits, so that every division leaves a rest. */
const asks = fc
  .array(
    fc.record({
      step: fc.bigInt({ min: 1n, max: 10n ** 20n }),
      size: fc.bigInt({ min: 1n, max: 10n ** 21n }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let price = 0n
    return steps.map(({ step, size }): BookLevel => ({ price: (price += step), size }))
  })

it('never rounds in our favour, and the used levels alone give the same fill', () => {
  fc.assert(
    fc.property(asks, fc.bigInt({ min: 1n, max: 10n ** 23n }), (asks, amount) => {
      const fill = spendQuote(asks, amount)
      if (!fill) {
        const all = asks.reduce((sum, { price, size }) => sum + price * size, 0n)
        assert.ok(amount * one > all)
        return
      }
      assert.deepEqual(spendQuote(fill.levels, amount), fill)
      // Worth at the best price is the most that the amount can buy; at the worst price touched, about the least.
      const [best, worst] = [asks[0]!, fill.levels.at(-1)!]
      assert.ok(fill.got * best.price <= amount * one)
      const losses = BigInt(fill.levels.length) * (one + worst.price)
      assert.ok(fill.got * worst.price >= amount * one - losses)
      const back = fill.got > 0n ? buyBase(asks, fill.got) : null
      assert.ok(fill.got === 0n || (back !== null && back.spent <= amount))
    }),
  )
})
