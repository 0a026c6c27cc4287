import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { binance } from './binance.ts'
import { coinbase } from './coinbase.ts'
import { kraken } from './kraken.ts'
import { hash, usdValue, VALUE_SCALE } from './market.ts'
import { startVenues, type Venues } from './server.ts'

let venues: Venues
before(async () => {
  venues = await startVenues({ host: '127.0.0.1', port: 0 })
})
after(() => venues.close())

type Levels = [price: string, size: string, third: number][]
type Sides = { asks: Levels; bids: Levels }
type KrakenDepth = { error: string[]; result: Record<string, Sides> }

// Only here, to check plausibility: the simulator itself counts in integers.
const numbers = (levels: Levels) => levels.map(([price]) => Number(price))
const best = (levels: Levels | undefined) => Number(levels?.[0]?.[0])

async function get<T>(url: string): Promise<{ status: number; json: T }> {
  const answer = await fetch(url)
  return { status: answer.status, json: (await answer.json()) as T }
}

const depth = (symbol: string) => `${venues.urls.binance}/api/v3/depth?symbol=${symbol}`

async function control(body: object): Promise<number> {
  const answer = await fetch(new URL('/_sim/venues', venues.urls.kraken), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await answer.text()
  return answer.status
}

describe('kraken', () => {
  it('answers Depth in its own shape', async () => {
    const { status, json } = await get<KrakenDepth>(
      `${venues.urls.kraken}/0/public/Depth?pair=XBTUSD&count=20`,
    )
    assert.equal(status, 200)
    assert.deepEqual(json.error, [])
    assert.deepEqual(Object.keys(json.result), ['XXBTZUSD'])
    const { asks, bids } = json.result.XXBTZUSD!
    assert.equal(asks.length, 20)
    const [price, size, at] = asks[0]!
    assert.match(price, /^9[4-8]\d{3}\.\d0000$/)
    assert.match(size, /^\d+\.\d{3}$/)
    assert.ok(Math.abs(at - Date.now() / 1000) < 3)
    assert.ok(numbers(asks).every((price, i, all) => i === 0 || price > all[i - 1]!))
    assert.ok(numbers(bids).every((price, i, all) => i === 0 || price < all[i - 1]!))
    assert.ok(best(bids) < best(asks))
  })

  it('reports errors in a 200 answer', async () => {
    const { status, json } = await get(`${venues.urls.kraken}/0/public/Depth?pair=NOPE`)
    assert.equal(status, 200)
    assert.deepEqual(json, { error: ['EQuery:Unknown asset pair'] })
  })
})

describe('coinbase', () => {
  it('answers a level 2 book in its own shape', async () => {
    const { status, json } = await get<Sides & { time: string }>(
      `${venues.urls.coinbase}/products/ETH-EUR/book?level=2`,
    )
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(json), ['bids', 'asks', 'sequence', 'auction_mode', 'auction', 'time'])
    assert.match(json.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
    assert.match(json.asks[0]![0], /^3[01]\d\d(\.\d{1,2})?$/)
    assert.ok(Number.isInteger(json.asks[0]![2]))
  })

  it('answers 404 for a product it does not list', async () => {
    const { status, json } = await get(`${venues.urls.coinbase}/products/USDC-USD/book?level=2`)
    assert.equal(status, 404)
    assert.deepEqual(json, { message: 'NotFound' })
  })
})

describe('binance', () => {
  it('answers depth in its own shape', async () => {
    const { status, json } = await get<Sides>(`${depth('EURUSDT')}&limit=5`)
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(json), ['lastUpdateId', 'bids', 'asks'])
    assert.equal(json.bids.length, 5)
    assert.match(json.bids[0]![0], /^1\.0[89]\d{2}0000$/)
  })

  it('answers 400 for a symbol it does not list', async () => {
    const { status, json } = await get(depth('BTCUSD'))
    assert.equal(status, 400)
    assert.deepEqual(json, { code: -1121, msg: 'Invalid symbol.' })
  })
})

describe('the market', () => {
  it('moves, gently, within bounds, and the same way for the same seed', () => {
    const start = 1_800_000_000_000
    const path = Array.from({ length: 2000 }, (_, i) => usdValue('a', 'BTC', start + i * 500))
    assert.ok(new Set(path).size > 1000)
    for (const [i, value] of path.entries()) {
      assert.ok(value > 95_000n * VALUE_SCALE && value < 97_000n * VALUE_SCALE)
      const before = path[i - 1] ?? value
      const step = value > before ? value - before : before - value
      assert.ok(step * 10_000n < value, 'under one basis point in half a second')
    }
    assert.equal(usdValue('a', 'BTC', start), usdValue('a', 'BTC', start))
    assert.notEqual(usdValue('a', 'BTC', start), usdValue('b', 'BTC', start))
    assert.notEqual(hash('a'), hash('b'))
  })

  it('keeps the stablecoins near, but not at, one dollar', () => {
    const values = Array.from({ length: 500 }, (_, i) =>
      usdValue('a', 'USDT', 1_800_000_000_000 + i * 60_000),
    )
    assert.ok(values.every((v) => v > 999_500_000_000n && v < 1_000_500_000_000n))
    assert.ok(values.some((v) => v !== VALUE_SCALE))
  })

  it('has an uncrossed, deep enough book for every pair of every venue', async () => {
    const url = {
      kraken: (symbol: string) => `${venues.urls.kraken}/0/public/Depth?pair=${symbol}&count=100`,
      coinbase: (symbol: string) => `${venues.urls.coinbase}/products/${symbol}/book?level=2`,
      binance: depth,
    }
    for (const { id, pairs } of [kraken, coinbase, binance]) {
      for (const { symbol } of pairs) {
        const { json } = await get<KrakenDepth & Sides>(url[id](symbol))
        const book = id === 'kraken' ? Object.values(json.result)[0]! : json
        const [ask, bid] = [best(book.asks), best(book.bids)]
        assert.ok(bid < ask && (ask - bid) / ask < 0.002, `${id} ${symbol}: ${bid} / ${ask}`)
        assert.equal(book.asks.length, 100)
      }
    }
  })
})

describe('controls', () => {
  it('breaks one venue, or one pair, and mends it', async () => {
    assert.equal(await control({ venue: 'binance', mode: 'empty', pair: 'BTCEUR' }), 200)
    assert.deepEqual((await get<Sides>(depth('BTCEUR'))).json.asks, [])
    assert.equal((await get<Sides>(depth('ETHEUR'))).json.asks.length, 100)

    await control({ venue: 'binance', mode: 'down' })
    await assert.rejects(fetch(depth('BTCEUR')), TypeError)
    await control({ venue: 'binance', mode: 'error' })
    assert.equal((await get(depth('BTCEUR'))).status, 500)
    await control({ venue: 'binance', mode: 'garbage' })
    assert.match(await (await fetch(depth('BTCEUR'))).text(), /^<html>/)

    await control({ venue: 'binance', mode: 'normal' })
    const normal = (await get<Sides>(depth('BTCEUR'))).json
    await control({ venue: 'binance', mode: 'deviant' })
    const deviant = (await get<Sides>(depth('BTCEUR'))).json
    assert.ok(best(deviant.asks) / best(normal.asks) > 1.04)
    await control({ venue: 'binance', mode: 'wide' })
    const wide = (await get<Sides>(depth('BTCEUR'))).json
    assert.ok(best(wide.asks) / best(wide.bids) > 1.02)
    await control({ venue: 'binance', mode: 'stale' })
    assert.deepEqual((await get(depth('BTCEUR'))).json, (await get(depth('BTCEUR'))).json)
    await control({ venue: 'binance', mode: 'normal' })
    assert.deepEqual((await get(new URL('/_sim/venues', venues.urls.kraken).href)).json, {
      'binance/': 'normal',
    })
  })

  it('is slow without holding up close', async () => {
    const other = await startVenues({ host: '127.0.0.1', port: 0 })
    await fetch(new URL('/_sim/venues', other.urls.kraken), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ venue: 'kraken', mode: 'slow' }),
    })
    const waiting = assert.rejects(fetch(`${other.urls.kraken}/0/public/Depth?pair=XBTUSD`), TypeError)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await other.close()
    await waiting
  })

  it('refuses what it does not know', async () => {
    assert.equal(await control({ venue: 'bitstamp', mode: 'normal' }), 400)
    assert.equal(await control({ venue: 'kraken', mode: 'sideways' }), 400)
    assert.equal(await control({ venue: 'kraken', mode: 'down', pair: 'BTC-USD' }), 400)
  })
})
