import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { OrderBook, Venue, VenuePair } from '../adapters/venue.ts'
import { createBinance } from '../adapters/venues/binance/index.ts'
import { createCoinbase } from '../adapters/venues/coinbase/index.ts'
import { createKraken } from '../adapters/venues/kraken/index.ts'
import { openSandboxWorld } from '../../../../test/support/venueWorld.ts'
import { sleep } from '../lib/clock.ts'
import { ProviderError } from '../lib/errors.ts'
import { createBookMemo } from './bookMemo.ts'
import { NoRate } from './noRate.ts'
import { createRateEngine } from './quote.ts'

let world: Awaited<ReturnType<typeof openSandboxWorld>>
before(async () => {
  world = await openSandboxWorld()
})
after(() => world.close())

const EUR_100 = { amount: 10_000n, asset: 'EUR' } as const

function venues(): Venue[] {
  const { kraken, coinbase, binance } = world.urls
  return [createKraken({ url: kraken }), createCoinbase({ url: coinbase }), createBinance({ url: binance })]
}

/** A real adapter that counts how often it is asked. */
function counted(venue: Venue): { venue: Venue; asked: string[] } {
  const asked: string[] = []
  const book = (pair: VenuePair): Promise<OrderBook> => {
    asked.push(pair.symbol)
    return venue.book(pair)
  }
  return { venue: { id: venue.id, pairs: venue.pairs, book }, asked }
}

it('asks once for questions that come together, and again when the memo is over', async () => {
  const watched = venues().map(counted)
  const { quote } = createRateEngine({
    venues: watched.map(({ venue }) => venue),
    limits: { memo_ms: 1_000 },
  })
  const amounts = [1n, 50n, 4_999n, 10_000n]
  await Promise.all(
    amounts.map((amount) => quote({ from: { amount: amount * 100n, asset: 'EUR' }, to: 'BTC' })),
  )
  await quote({ from: EUR_100, to: 'BTC' })
  assert.deepEqual(
    watched.map(({ asked }) => asked),
    [['XBTEUR'], ['BTC-EUR'], ['BTCEUR']],
  )
  await sleep(1_050)
  await quote({ from: EUR_100, to: 'BTC' })
  assert.deepEqual(
    watched.map(({ asked }) => asked.length),
    [2, 2, 2],
  )
})

it('judges a shared book by its own time all the same', async () => {
  const limits = { memo_ms: 60_000, max_age_ms: 1_000 }
  const { quote } = createRateEngine({ venues: venues().slice(1), limits })
  const ask = () => quote({ from: EUR_100, to: 'ETH' })
  await ask()
  await sleep(1_050)
  await assert.rejects(ask(), (error) => {
    assert.ok(error instanceof NoRate)
    assert.deepEqual(
      error.rejections.map(({ reason }) => reason),
      ['stale', 'stale'],
    )
    return true
  })
})

it('gives up on an adapter that never answers, and shares the failure', async () => {
  const { venue, asked } = counted({ ...venues()[0]!, book: () => new Promise(() => {}) })
  const fetchBook = createBookMemo({ memo_ms: 1_000, timeout_ms: 50 })
  const pair = venue.pairs[0]!
  for (let i = 0; i < 2; i++) {
    await assert.rejects(fetchBook(venue, pair), (error) => {
      assert.ok(error instanceof ProviderError)
      assert.equal(error.kind, 'unknown')
      assert.equal(error.message, 'no answer within 50 ms')
      return true
    })
  }
  assert.deepEqual(asked, [pair.symbol])
})
