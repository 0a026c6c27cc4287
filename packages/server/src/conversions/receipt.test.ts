import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createBinance } from '../adapters/venues/binance/index.ts'
import { createCoinbase } from '../adapters/venues/coinbase/index.ts'
import { createKraken } from '../adapters/venues/kraken/index.ts'
import { openSandboxWorld } from '../../../../test/support/venueWorld.ts'
import { CRYPTOS, type Crypto, FIATS, type Fiat } from '../lib/money.ts'
import { fixConversion } from './conversion.ts'
import { createRateEngine } from './quote.ts'
import { makeReceipt, type Receipt, verifyReceipt } from './receipt.ts'

let world: Awaited<ReturnType<typeof openSandboxWorld>>
before(async () => {
  world = await openSandboxWorld()
})
after(() => world.close())

/** A receipt as it comes back from the database: through JSON. */
async function receiptFor(asset: Fiat, to: Crypto, amount = 12_345n): Promise<Receipt> {
  const { kraken, coinbase, binance } = world.urls
  const venues = [
    createKraken({ url: kraken }),
    createCoinbase({ url: coinbase }),
    createBinance({ url: binance }),
  ]
  const gross = { amount, asset }
  const quote = await createRateEngine({ venues }).quote({ from: gross, to })
  const conversion = fixConversion({ gross, fee_bps: 1500, spread_bps: 30, quote })
  const stored: Receipt = JSON.parse(JSON.stringify(makeReceipt(conversion, quote)))
  return stored
}

/** Every leaf of a JSON value, with its path. */
function leaves(value: unknown, path: string[] = []): { path: string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

function withLeaf(tree: unknown, [key, ...rest]: string[], leaf: unknown): unknown {
  if (key === undefined || typeof tree !== 'object' || tree === null) return leaf
  const entries = Object.entries(tree).map(([k, v]) => [k, k === key ? withLeaf(v, rest, leaf) : v] as const)
  return Array.isArray(tree) ? entries.map(([, v]) => v) : Object.fromEntries(entries)
}

/** Another value of the same kind. */
function changed(value: unknown): unknown {
  if (value === null) return '1'
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === 'buy') return 'sell'
  if (value === 'sell') return 'buy'
  if (typeof value !== 'string') throw new TypeError('no leaf')
  if (/^[0-9.]+$/.test(value))
    return value.replace(/\d$/, (digit) => (digit === '9' ? '8' : `${Number(digit) + 1}`))
  if (CRYPTOS.some((asset) => asset === value)) return value === 'ETH' ? 'BTC' : 'ETH'
  return value === 'AUD' ? 'USD' : 'AUD'
}

describe('a receipt', () => {
  it('verifies for every currency and coin', async () => {
    for (const asset of FIATS) {
      for (const to of CRYPTOS) {
        assert.deepEqual(verifyReceipt(await receiptFor(asset, to)), { ok: true, problems: [] })
      }
    }
  })

  it('verifies with any kind of rejected venue in it', async () => {
    const expected = { down: 'no_answer', empty: 'empty', stale: 'stale', wide: 'wide', deviant: 'deviant' }
    for (const [mode, reason] of Object.entries(expected)) {
      await world.set('kraken', mode)
      const receipt = await receiptFor('EUR', 'ETH')
      assert.equal(receipt.quote.venues[0]?.reason, reason)
      assert.deepEqual(verifyReceipt(receipt), { ok: true, problems: [] })
    }
    await world.set('kraken', 'normal')
  })

  it('is plain JSON with exact decimal strings', async () => {
    const { quote, conversion } = await receiptFor('GBP', 'ETH')
    assert.deepEqual(quote.from, { amount: '123.45', currency: 'GBP' })
    assert.deepEqual(conversion.fee, { amount: '18.52', currency: 'GBP' })
    assert.match(conversion.payout.amount, /^0\.03\d{6}0{10}$/)
    assert.match(quote.quoted_at, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.match(quote.venues[0]?.legs[0]?.levels[0]?.[0] ?? '', /^2\d{3}(\.\d+)?$/)
    assert.deepEqual(quote.venues[2], {
      venue: 'binance',
      accepted: false,
      reason: 'no_market',
      detail: 'no way from GBP to ETH',
      rate: null,
      legs: [],
    })
  })
})

describe('a receipt that was tampered with', () => {
  it('does not verify when any one amount, rate or reason is changed', async () => {
    const receipt = await receiptFor('CAD', 'BTC')
    // Names and limits are inputs: the result is the same under other names or looser limits. So are prices and
    // sizes of orders, where a change so small that it rounds away changes nothing. They have tests of their own.
    const free = /symbol|venue$|limits|detail|levels|opposite|quoted_at|legs\.\d\.as_of/
    let tried = 0
    for (const { path, value } of leaves(receipt)) {
      const name = path.join('.')
      if (free.test(name)) continue
      const other = path.at(-1) === 'as_of' ? '2020-01-01T00:00:00.000Z' : changed(value)
      const { ok, problems } = verifyReceipt(withLeaf(receipt, path, other))
      assert.equal(ok, false, `${name}: ${String(value)} → ${String(other)}`)
      assert.ok(problems.length > 0)
      tried++
    }
    assert.ok(tried > 40, `only ${tried} values tried`)
  })

  it('names the value that is wrong and the right one', async () => {
    const receipt = await receiptFor('EUR', 'USDT')
    const right = receipt.conversion.payout.amount
    const wrong = withLeaf(receipt, ['conversion', 'payout', 'amount'], '999.000000')
    assert.deepEqual(verifyReceipt(wrong).problems, [
      `conversion.payout.amount is "999.000000", computed "${right}"`,
    ])
  })

  it('does not verify when an order’s price is changed', async () => {
    const receipt = await receiptFor('EUR', 'BTC')
    const leg = ['quote', 'venues', '0', 'legs', '0']
    const higher = withLeaf(receipt, [...leg, 'levels', '0', '0'], '90000.5')
    assert.equal(verifyReceipt(higher).ok, false)
    const wide = withLeaf(receipt, [...leg, 'opposite', '0'], '80000')
    assert.equal(verifyReceipt(wide).ok, false)
  })

  it('does not verify when the books were old at the time', async () => {
    const receipt = await receiptFor('USD', 'BTC')
    const later = new Date(Date.parse(receipt.quote.quoted_at) + 60_000).toISOString()
    const { problems } = verifyReceipt(withLeaf(receipt, ['quote', 'quoted_at'], later))
    assert.deepEqual(problems, ['cannot be computed again: too few venues agree'])
  })

  it('does not verify when a good venue was left out, or one was let in', async () => {
    const receipt = await receiptFor('EUR', 'BTC')
    const silenced = structuredClone(receipt)
    Object.assign(silenced.quote.venues[1]!, { accepted: false, reason: 'stale', detail: 'old' })
    assert.equal(verifyReceipt(silenced).ok, false)
    await world.set('binance', 'deviant')
    const deviant = await receiptFor('EUR', 'BTC')
    await world.set('binance', 'normal')
    Object.assign(deviant.quote.venues[2]!, { accepted: true, reason: null, detail: null })
    assert.equal(verifyReceipt(deviant).ok, false)
    const invented = structuredClone(receipt)
    invented.quote.venues[0]!.legs = []
    assert.deepEqual(verifyReceipt(invented).problems, [
      'cannot be computed again: kraken has no orders to check',
    ])
  })

  it('does not verify when the legs lead elsewhere or the orders are out of order', async () => {
    const receipt = await receiptFor('CAD', 'BTC')
    const cut = structuredClone(receipt)
    cut.quote.venues[0]!.legs.pop()
    assert.match(verifyReceipt(cut).problems.join(), /do not lead from CAD to BTC/)
    const shuffled = structuredClone(receipt)
    const { levels } = shuffled.quote.venues[0]!.legs[0]!
    levels.push(levels[0]!)
    assert.match(verifyReceipt(shuffled).problems.join(), /not sorted/)
  })

  it('does not verify when it is something else', () => {
    for (const value of [null, undefined, 'receipt', {}, { version: 2 }, []]) {
      assert.equal(verifyReceipt(value).ok, false)
    }
  })
})
