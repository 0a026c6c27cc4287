import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AssertionFailed } from './assert.ts'
import { SkiroError } from './errors.ts'
import {
  ASSETS,
  type Asset,
  CRYPTOS,
  FIATS,
  RATE_SCALE,
  type Rounding,
  convert,
  divide,
  formatDecimal,
  parseDecimal,
  parseFiatAmount,
  shareOf,
  toDecimalString,
  toJsonNumber,
} from './money.ts'

const BOUNDS = { min: 50n, max: 99_999_999n }

/** Not one of these may become an amount, not even a nearby one. */
const REFUSED = [
  ['', ' ', ' 12 ', '12 ', ' 12', '\t12', '12\n', '\u00a012', '\ufeff12', '12\u0000'],
  ['+12', '-12', '-0', '-0.00', '--1', '−12', '(12)', '12-'],
  ['1e2', '1E2', '1e21', '1e-2', '1e', '5e-7', '1e999', 'NaN', 'Infinity', '-Infinity'],
  ['0x10', '0X1F', '0b11', '0o17', '1_000', '12n', '012', '00.50', '01.00'],
  ['12.', '.5', '.', '1.1.1', '1,000.00', '1.000,00', '12,50', "1'000"],
  ['49.999', '49.990', '0.30000000000000004', '1.005', '100.0000000000000000000000000001'],
  ['٤٩.٩٩', '४९', '４９.９９', '①②', '½', 'Ⅻ', '1２', '12．50'],
  ['$12', '12 USD', 'USD12', '12%', '1/2', 'true', 'null', '[]', '{}', 'undefined'],
  ['0', '0.00', '0.01', '0.49', '1000000', '1000000.00', '9007199254740993', '9'.repeat(30), '9'.repeat(400)],
].flat()

/** Each of them is a trap for someone who multiplies by 100. */
const EXACT: [string, bigint][] = [
  ['0.50', 50n],
  ['0.5', 50n],
  ['0.57', 57n],
  ['1', 100n],
  ['1.0', 100n],
  ['1.1', 110n],
  ['1.15', 115n],
  ['4.35', 435n],
  ['8.20', 820n],
  ['19.99', 1999n],
  ['49.99', 4999n],
  ['64.10', 6410n],
  ['1023.55', 102_355n],
  ['999999.99', 99_999_999n],
]

describe('parseFiatAmount', () => {
  for (const text of REFUSED) {
    test(`refuses ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)}`, () => {
      assert.throws(
        () => parseFiatAmount(text, 'USD', BOUNDS),
        (error) => error instanceof SkiroError && error.code === 'invalid_amount' && error.param === 'amount',
      )
    })
  }

  for (const [text, amount] of EXACT) {
    test(`reads ${text} exactly`, () => {
      for (const asset of FIATS) assert.deepEqual(parseFiatAmount(text, asset, BOUNDS), { amount, asset })
    })
  }

  test('says what to send instead', () => {
    assert.throws(() => parseFiatAmount('49.999', 'USD', BOUNDS), /at most 2 decimals/)
    assert.throws(() => parseFiatAmount('0.49', 'EUR', BOUNDS), /from 0\.50 to 999999\.99 EUR/)
  })
})

describe('parseDecimal and formatDecimal', () => {
  const decimals = fc.integer({ min: 0, max: 30 })

  test('parse after format gives the same amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }), decimals, (amount, places) => {
        assert.equal(parseDecimal(formatDecimal(amount, places), places), amount)
      }),
    )
  })

  test('format after parse gives back what was written, zeros filled in: nothing is rounded', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'0019.eE+-x _,٣'), maxLength: 14 })
    const plain = fc
      .tuple(fc.nat(), fc.option(fc.stringMatching(/^[0-9]{1,9}$/), { nil: undefined }))
      .map(([whole, fraction]) => (fraction === undefined ? `${whole}` : `${whole}.${fraction}`))
    let parsed = 0
    fc.assert(
      fc.property(fc.oneof(hostile, plain), fc.integer({ min: 0, max: 8 }), (text, places) => {
        const amount = parseDecimal(text, places)
        const [whole = '', fraction = ''] = text.split('.')
        if (amount === null) {
          assert.ok(!/^(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(text) || fraction.length > places)
          return
        }
        parsed++
        const filled = fraction.padEnd(places, '0')
        assert.equal(formatDecimal(amount, places), places === 0 ? whole : `${whole}.${filled}`)
      }),
      { numRuns: 1000 },
    )
    assert.ok(parsed > 100, 'the property was hardly ever exercised')
  })

  test('beyond what a double holds', () => {
    assert.equal(parseDecimal('9007199254740993', 0), 9_007_199_254_740_993n)
    assert.equal(parseDecimal('0.000000000000000001', 18), 1n)
    assert.equal(parseDecimal('1'.repeat(31), 0), null)
  })

  test('negative amounts keep their sign', () => {
    assert.equal(formatDecimal(-5n, 2), '-0.05')
    assert.equal(formatDecimal(-12_345n, 2), '-123.45')
    assert.equal(formatDecimal(-7n, 0), '-7')
    assert.equal(toDecimalString({ amount: 1n, asset: 'ETH' }), '0.000000000000000001')
  })
})

describe('toJsonNumber', () => {
  const written = (amount: bigint, asset: Asset) =>
    parseDecimal(JSON.stringify(toJsonNumber({ amount, asset })), ASSETS[asset].shown)

  test('every cent up to 1,000.00 and any up to 999,999.99 survives JSON', () => {
    for (let cents = 0n; cents <= 100_000n; cents++) assert.equal(written(cents, 'USD'), cents)
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 99_999_999n }), (cents) => {
        assert.equal(written(cents, 'USD'), cents)
      }),
    )
    assert.equal(JSON.stringify(toJsonNumber({ amount: 99_999_999n, asset: 'USD' })), '999999.99')
  })

  test('all bitcoin there will ever be, and as much in the other assets', () => {
    // Below 10⁻⁶ JavaScript writes an exponent, which is JSON too but not a plain decimal.
    const units = fc.bigInt({ min: 100n, max: 21_000_000n * 10n ** 8n })
    fc.assert(fc.property(units, (sats) => assert.equal(written(sats, 'BTC'), sats)))
    fc.assert(fc.property(units, (micros) => assert.equal(written(micros, 'USDT'), micros)))
    fc.assert(fc.property(units, (steps) => assert.equal(written(steps, 'USDC'), steps)))
    fc.assert(fc.property(units, (steps) => assert.equal(written(steps * 10n ** 10n, 'ETH'), steps)))
  })

  test('the smallest amounts are the numbers they stand for', () => {
    for (let sats = 1n; sats < 1000n; sats++) {
      assert.equal(toJsonNumber({ amount: sats, asset: 'BTC' }), Number(`${sats}e-8`))
    }
  })

  test('an amount of any size is exact or refused, never a nearby one', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 17n }), (amount) => {
        try {
          assert.equal(written(amount, 'BTC'), amount)
        } catch (error) {
          if (!(error instanceof AssertionFailed)) throw error
          refused++
        }
      }),
      { numRuns: 2000 },
    )
    assert.ok(refused > 0, 'nothing was too large')
  })

  test('wei that JSON does not show and negative amounts are bugs', () => {
    assert.throws(() => toJsonNumber({ amount: 1n, asset: 'ETH' }), AssertionFailed)
    assert.throws(() => toJsonNumber({ amount: 10n ** 10n + 1n, asset: 'ETH' }), AssertionFailed)
    assert.throws(() => toJsonNumber({ amount: -1n, asset: 'USD' }), AssertionFailed)
  })
})

describe('divide and shareOf', () => {
  test('rounds as asked', () => {
    const table: [bigint, bigint, Rounding, bigint][] = [
      [7n, 2n, 'floor', 3n],
      [7n, 2n, 'ceil', 4n],
      [7n, 2n, 'half_up', 4n],
      [5n, 3n, 'half_up', 2n],
      [4n, 3n, 'half_up', 1n],
      [6n, 3n, 'ceil', 2n],
      [0n, 3n, 'ceil', 0n],
    ]
    for (const [a, b, rounding, expected] of table) assert.equal(divide(a, b, rounding), expected)
    assert.throws(() => divide(-1n, 2n, 'floor'), AssertionFailed)
    assert.throws(() => divide(1n, 0n, 'floor'), AssertionFailed)
    assert.throws(() => divide(1n, -2n, 'floor'), AssertionFailed)
  })

  test('a share rounded half up is the nearest cent, and a tie goes up', () => {
    const bps = fc.integer({ min: 0, max: 10_000 })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), bps, (amount, share_bps) => {
        const error = shareOf(amount, share_bps, 'half_up') * 10_000n - amount * BigInt(share_bps)
        assert.ok(error * 2n <= 10_000n && error * 2n > -10_000n, `off by ${error}/10000`)
      }),
    )
    assert.equal(shareOf(4999n, 1500, 'half_up'), 750n)
    assert.equal(shareOf(30n, 500, 'half_up'), 2n)
    assert.equal(shareOf(30n, 500, 'floor'), 1n)
    assert.equal(shareOf(4999n, 0, 'half_up'), 0n)
    assert.equal(shareOf(4999n, 10_000, 'half_up'), 4999n)
  })

  test('a share that is not one is a bug', () => {
    for (const bps of [-1, 10_001, 1.5, Number.NaN, Infinity]) {
      assert.throws(() => shareOf(100n, bps, 'half_up'), AssertionFailed)
    }
  })
})

describe('convert', () => {
  test('never gives more than the rate says, and less by under one step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FIATS),
        fc.constantFrom(...CRYPTOS),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.bigInt({ min: 1n, max: 10n ** 22n }),
        (from, to, amount, rate) => {
          const { decimals, shown } = ASSETS[to]
          const step = 10n ** BigInt(decimals - shown)
          const scale = RATE_SCALE * 10n ** BigInt(ASSETS[from].decimals)
          const exact = amount * rate * 10n ** BigInt(decimals)
          const floor = convert({ amount, asset: from }, to, rate, 'floor')
          const ceil = convert({ amount, asset: from }, to, rate, 'ceil')
          assert.equal(floor.asset, to)
          assert.equal(floor.amount % step, 0n)
          assert.ok(floor.amount * scale <= exact && exact < (floor.amount + step) * scale)
          assert.ok(ceil.amount * scale >= exact && exact > (ceil.amount - step) * scale)
        },
      ),
    )
  })

  test('by hand', () => {
    const usd = { amount: 4249n, asset: 'USD' } as const
    assert.equal(convert(usd, 'USDT', RATE_SCALE, 'floor').amount, 42_490_000n)
    assert.equal(convert(usd, 'BTC', RATE_SCALE / 100_000n, 'floor').amount, 42_490n)
    // 42.49 / 3000 ETH = 0.014163333…: eight decimals are paid, the rest stays.
    assert.equal(convert(usd, 'ETH', RATE_SCALE / 3000n, 'floor').amount, 14_163_330_000_000_000n)
  })
})
