import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createBinance } from '../adapters/venues/binance/index.ts'
import { createCoinbase } from '../adapters/venues/coinbase/index.ts'
import { createKraken } from '../adapters/venues/kraken/index.ts'
import { CRYPTOS, type Crypto, FIATS, type Fiat } from '../lib/money.ts'
import { endsOf, findRoute } from './route.ts'

const VENUES = {
  kraken: createKraken().pairs,
  coinbase: createCoinbase().pairs,
  binance: createBinance().pairs,
}

function symbols(venue: keyof typeof VENUES, from: Fiat, to: Crypto): string | undefined {
  return findRoute(VENUES[venue], from, to)
    ?.map(({ pair, side }) => `${side} ${pair.symbol}`)
    .join(', ')
}

it('goes directly where the coin is priced in the currency', () => {
  assert.equal(symbols('kraken', 'USD', 'BTC'), 'buy XBTUSD')
  assert.equal(symbols('kraken', 'EUR', 'USDT'), 'buy USDTEUR')
  assert.equal(symbols('coinbase', 'GBP', 'ETH'), 'buy ETH-GBP')
  assert.equal(symbols('binance', 'EUR', 'USDC'), 'sell EURUSDC')
})

it('goes through US dollars from the thin currencies', () => {
  assert.equal(symbols('kraken', 'CAD', 'BTC'), 'buy USDCAD, buy XBTUSD')
  assert.equal(symbols('kraken', 'AUD', 'USDT'), 'sell AUDUSD, buy USDTUSD')
})

it('goes through a priced stablecoin where there is no other way', () => {
  assert.equal(symbols('coinbase', 'USD', 'USDC'), 'buy USDT-USD, sell USDT-USDC')
  assert.equal(symbols('coinbase', 'CAD', 'USDC'), 'buy USDC-CAD')
  assert.equal(symbols('coinbase', 'AUD', 'USDT'), 'buy USDC-AUD, buy USDT-USDC')
  assert.equal(symbols('coinbase', 'CAD', 'BTC'), 'buy USDC-CAD, buy USDT-USDC, buy BTC-USDT')
  const pairs = VENUES.binance.filter(({ symbol }) => symbol !== 'BTCEUR')
  const legs = findRoute(pairs, 'EUR', 'BTC')
  assert.deepEqual(
    legs?.map(({ pair }) => pair.symbol),
    ['EURUSDT', 'BTCUSDT'],
  )
})

it('has no way where the venue has none', () => {
  assert.equal(findRoute(VENUES.binance, 'USD', 'BTC'), null)
  assert.equal(findRoute(VENUES.binance, 'CAD', 'USDT'), null)
  assert.equal(findRoute([], 'USD', 'BTC'), null)
})

it('leads from the currency to the coin, whatever order the pairs are listed in', () => {
  for (const pairs of Object.values(VENUES)) {
    for (const from of FIATS) {
      for (const to of CRYPTOS) {
        const legs = findRoute(pairs, from, to)
        assert.deepEqual(findRoute(pairs.toReversed(), from, to), legs)
        if (!legs) continue
        assert.ok(legs.length >= 1 && legs.length <= 3)
        assert.equal(endsOf(legs[0]!).takes, from)
        assert.equal(endsOf(legs.at(-1)!).gives, to)
        for (const [i, leg] of legs.slice(1).entries())
          assert.equal(endsOf(leg).takes, endsOf(legs[i]!).gives)
      }
    }
  }
})

it('gives every currency and coin at least two venues', () => {
  for (const from of FIATS) {
    for (const to of CRYPTOS) {
      const count = Object.values(VENUES).filter((pairs) => findRoute(pairs, from, to)).length
      assert.ok(count >= 2, `${from} to ${to} has ${count}`)
    }
  }
})
