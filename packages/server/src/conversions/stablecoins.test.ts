/** USDT and USDC have prices like anything else: what a dollar buys of them is asked, on the way as at the end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Venue } from '../adapters/venue.ts'
import { nowMs } from '../lib/clock.ts'
import { type Asset, type Crypto, type Fiat, RATE_SCALE } from '../lib/money.ts'
import { createRateEngine } from './quote.ts'

type Market = [base: Asset, quote: Asset, thousandths: bigint]

/** A venue with deep books at these prices, bid and ask a millionth apart. */
function venue(id: string, markets: readonly Market[]): Venue {
  const symbol = (base: Asset, quote: Asset) => `${base}-${quote}`
  return {
    id,
    pairs: markets.map(([base, quote]) => ({ base, quote, symbol: symbol(base, quote) })),
    async book(pair) {
      const found = markets.find(([base, quote]) => symbol(base, quote) === pair.symbol)
      assert.ok(found)
      const price = (found[2] * RATE_SCALE) / 1000n
      const level = (off: bigint) => [{ price: price + (price * off) / 2_000_000n, size: 10n ** 30n }]
      return { venue: id, pair, asks: level(1n), bids: level(-1n), as_of_ms: nowMs() }
    },
  }
}

async function rateOf(venues: readonly Venue[], from: Fiat, to: Crypto): Promise<bigint> {
  const { rate } = await createRateEngine({ venues }).quote({ from: { amount: 10_000n, asset: from }, to })
  return rate
}

/** Within ten millionths. */
function assertNear(rate: bigint, expected: bigint): void {
  const off = rate > expected ? rate - expected : expected - rate
  assert.ok(off * 100_000n <= expected, `${rate} is not near ${expected}`)
}

for (const coin of ['USDT', 'USDC'] as const) {
  test(`${coin} at 0.97 dollars: a dollar pays out 1.0309 of it`, async () => {
    const venues = ['a', 'b'].map((id) => venue(id, [[coin, 'USD', 970n]]))
    assertNear(await rateOf(venues, 'USD', coin), (RATE_SCALE * 100n) / 97n)
  })

  test(`${coin} at 1.03 dollars on the way to a coin costs its three percent`, async () => {
    const venues = ['a', 'b'].map((id) =>
      venue(id, [
        [coin, 'USD', 1030n],
        ['ETH', coin, 2_000_000n],
      ]),
    )
    assertNear(await rateOf(venues, 'USD', 'ETH'), RATE_SCALE / 2060n)
  })

  test(`a venue that prices in ${coin} agrees with one that prices in dollars, however far it is from one`, async () => {
    const direct = venue('direct', [['BTC', 'USD', 97_000_000n]])
    const through = venue('through', [
      [coin, 'USD', 970n],
      ['BTC', coin, 100_000_000n],
    ])
    // Taken for a dollar, the second would be three percent off and there would be no rate at all.
    assertNear(await rateOf([direct, through], 'USD', 'BTC'), RATE_SCALE / 97_000n)
  })
}

test('Canadian and Australian dollars go through US dollars, also where a direct book is there', async () => {
  const venues = ['a', 'b'].map((id) =>
    venue(id, [
      ['BTC', 'CAD', 200_000_000n],
      ['BTC', 'AUD', 200_000_000n],
      ['USD', 'CAD', 1370n],
      ['AUD', 'USD', 660n],
      ['BTC', 'USD', 100_000_000n],
    ]),
  )
  assertNear(await rateOf(venues, 'CAD', 'BTC'), (RATE_SCALE * 1000n) / (1370n * 100_000n))
  assertNear(await rateOf(venues, 'AUD', 'BTC'), (RATE_SCALE * 660n) / (1000n * 100_000n))
})
