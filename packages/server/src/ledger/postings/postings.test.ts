import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AssertionFailed } from '../../lib/assert.ts'
import type { LedgerAsset, Crypto, FeeCoin, Fiat, Money } from '../../lib/money.ts'
import { CRYPTOS, FIATS } from '../../lib/money.ts'
import { type Posting, credit, debit, netted } from '../posting.ts'
import { acquirerFee, acquirerSettlement } from './acquirer.ts'
import { least, minus, plus, zero } from './amounts.ts'
import { capture } from './capture.ts'
import { openChargeback, winChargeback, writeOffChargeback } from './chargeback.ts'
import { conversion } from './conversion.ts'
import { gas } from './gas.ts'
import { completePayout, failPayout, reservePayout, unreservePayout } from './payout.ts'
import { refundAfterPayout, refundBeforePayout } from './refund.ts'
import { releaseReserve, withholdReserve } from './reserve.ts'
import { reversalKey, reverse } from './reverse.ts'
import { addCapital, fundVenue, hedgeFill, refill, skim } from './treasury.ts'

const amount = fc.oneof(fc.constant(0n), fc.bigInt(0n, 100_000n), fc.bigInt(0n, 10n ** 40n))
const fiat = fc.record({ a: amount, b: amount, c: amount, d: amount, asset: fc.constantFrom(...FIATS) })
const crypto = fc.record({ a: amount, b: amount, asset: fc.constantFrom(...CRYPTOS) })
const coin = fc.constantFrom<FeeCoin[]>('ETH', 'BTC', 'POL')

/** Sums of the lines per asset, which must all be zero. */
function sums(postings: readonly Posting[]): Partial<Record<LedgerAsset, bigint>> {
  const found: Partial<Record<LedgerAsset, bigint>> = {}
  for (const line of postings) found[line.asset] = (found[line.asset] ?? 0n) + line.amount
  return found
}

const eur = (cents: bigint): Money<Fiat> => ({ amount: cents, asset: 'EUR' })
const usdt = (units: bigint): Money<Crypto> => ({ amount: units, asset: 'USDT' })

/** Balances as the database keeps them, with the same guards. */
function books() {
  const held = new Map<string, bigint>()
  const GUARDS: Record<string, 1n | -1n> = {
    merchant_payable: -1n,
    merchant_reserve: -1n,
    payout_in_flight: -1n,
    merchant_receivable: 1n,
  }
  const get = (account: string, asset: LedgerAsset = 'EUR') => held.get(`${account} ${asset}`) ?? 0n
  return {
    get,
    book(postings: readonly Posting[]) {
      for (const [asset, sum] of Object.entries(sums(postings))) assert.equal(sum, 0n, asset)
      for (const { account, asset, amount: change } of netted(postings)) {
        const after = get(account, asset) + change
        assert.ok(after * (GUARDS[account] ?? 0n) >= 0n, `${account} would be ${after}`)
        held.set(`${account} ${asset}`, after)
      }
    },
  }
}

describe('every movement', () => {
  test('balances in each asset, whatever the amounts', () => {
    fc.assert(
      fc.property(fiat, crypto, coin, amount, (f, k, fee_coin, wei) => {
        const in_fiat = (value: bigint): Money<Fiat> => ({ amount: value, asset: f.asset })
        const in_coin = (value: bigint): Money<Crypto> => ({ amount: value, asset: k.asset })
        const fuel: Money<FeeCoin> = { amount: wei, asset: fee_coin }
        const gross = in_fiat(f.a + f.b + f.c + f.d)
        const [a, b, c, d] = [in_fiat(f.a), in_fiat(f.b), in_fiat(f.c), in_fiat(f.d)]
        const [x, y] = [in_coin(k.a), in_coin(k.b)]
        const all: Posting[][] = [
          capture({ gross, fee: a }),
          capture({ gross, fee: a, reserve: b }),
          conversion({ payout_value: a, spread: b, remainder: c, payout: x }),
          reservePayout(x),
          reservePayout(x, y),
          unreservePayout(x, y),
          completePayout(x),
          failPayout(x),
          gas(fuel),
          refundBeforePayout(a),
          refundAfterPayout(a, b),
          openChargeback({ amount: a, fee: b, refundable: c, reserve: d }),
          winChargeback({ amount: gross, reserve: b, receivable: c, suspense: d }),
          writeOffChargeback(a),
          acquirerFee(a),
          acquirerSettlement({ expected: a, received: b }),
          withholdReserve(a),
          releaseReserve(a, b),
          addCapital('hot_wallet', x),
          fundVenue(a),
          hedgeFill({ bought: x, paid: a, fee: b }),
          hedgeFill({ bought: x, paid: a, fee: y }),
          refill(fuel),
          refill(x, y),
          skim(x),
        ]
        for (const postings of all) {
          for (const lines of [postings, reverse(postings), netted(postings)])
            for (const [asset, sum] of Object.entries(sums(lines))) assert.equal(sum, 0n, asset)
          // And booking back leaves nothing.
          for (const line of netted([...postings, ...reverse(postings)])) assert.equal(line.amount, 0n)
        }
      }),
    )
  })

  test('netted says the same in one line per account and asset', () => {
    const line = fc.record({
      account: fc.constantFrom('fx' as const, 'bank' as const, 'merchant_payable' as const),
      asset: fc.constantFrom<LedgerAsset[]>('EUR', 'USDT'),
      amount: fc.bigInt(-50n, 50n),
    })
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const short = netted(lines)
        assert.equal(new Set(short.map(({ account, asset }) => account + asset)).size, short.length)
        assert.deepEqual(sums(short), sums(lines))
      }),
    )
  })
})

describe('capture and conversion', () => {
  test('the merchant is owed all of it, once: gross = payout value + fee + spread + reserve + remainder', () => {
    const parts = fc.tuple(amount, amount, amount, amount, amount, amount)
    fc.assert(
      fc.property(parts, ([value, fee, spread, reserve, remainder, payout]) => {
        const { book, get } = books()
        const gross = value + fee + spread + reserve + remainder
        book(capture({ gross: eur(gross), fee: eur(fee), reserve: eur(reserve) }))
        book(
          conversion({
            payout_value: eur(value),
            spread: eur(spread),
            remainder: eur(remainder),
            payout: usdt(payout),
          }),
        )
        assert.equal(get('merchant_payable'), 0n)
        assert.equal(get('acquirer_receivable'), gross)
        assert.equal(get('merchant_payable', 'USDT'), -payout)
        const taken = ['fee_revenue', 'spread_revenue', 'merchant_reserve', 'rounding', 'fx'].map((account) =>
          get(account),
        )
        assert.deepEqual(taken, [-fee, -spread, -reserve, -remainder, -value])
      }),
    )
  })

  test('fee and reserve are not more than what was captured', () => {
    assert.throws(() => capture({ gross: eur(10n), fee: eur(6n), reserve: eur(5n) }), AssertionFailed)
  })

  test('amounts of different assets do not add up', () => {
    for (const act of [plus, minus, least])
      assert.throws(() => act<LedgerAsset>(eur(1n), usdt(1n)), AssertionFailed)
    assert.deepEqual(zero(usdt(5n)), usdt(0n))
  })
})

describe('a payout', () => {
  test('that is undone by a reorganisation and mined again is paid once', () => {
    const { book, get } = books()
    const money = usdt(98_772_400n)
    book([debit('fx', usdt(99_122_400n)), credit('merchant_payable', usdt(99_122_400n))])
    book(reservePayout(money, usdt(350_000n)))
    book(completePayout(money))
    book(reverse(completePayout(money)))
    assert.equal(get('payout_in_flight', 'USDT'), -98_772_400n)
    assert.equal(get('hot_wallet', 'USDT'), 0n)
    book(completePayout(money))
    for (const account of ['merchant_payable', 'payout_in_flight']) assert.equal(get(account, 'USDT'), 0n)
    assert.equal(get('hot_wallet', 'USDT'), -98_772_400n)
    assert.throws(() => book(completePayout(money)), /payout_in_flight would be/)
    assert.notEqual(reversalKey('final:po_1', '0xaa'), reversalKey('final:po_1', '0xbb'))
  })

  test('that reverts or is cancelled is owed again, and its gas is spent', () => {
    const { book, get } = books()
    const money = usdt(10n)
    book([debit('fx', money), credit('merchant_payable', money)])
    book(reservePayout(money))
    book(failPayout(money))
    book(gas({ amount: 7n, asset: 'POL' }))
    book(reservePayout(money))
    book(unreservePayout(money))
    book(gas({ amount: 5n, asset: 'POL' }))
    assert.equal(get('merchant_payable', 'USDT'), -10n)
    assert.equal(get('payout_in_flight', 'USDT'), 0n)
    assert.deepEqual([get('gas_expense', 'POL'), get('hot_wallet', 'POL')], [12n, -12n])
  })
})

describe('refund, chargeback, reversal', () => {
  test('in this order leave the merchant owing exactly what it lost, for any amounts', () => {
    const input = fc.record({
      captured: fc.bigInt(100n, 1_000_000n),
      kept: fc.bigInt(0n, 99n),
      refunded: fc.bigInt(0n, 100n),
      fee: fc.bigInt(0n, 2000n),
      disputed: fc.bigInt(0n, 2_000_000n),
      paid_back: fc.bigInt(0n, 100n),
    })
    fc.assert(
      fc.property(input, ({ captured, kept, refunded, fee, disputed, paid_back }) => {
        const { book, get } = books()
        const owed = () => eur(get('merchant_receivable'))
        const reserve = () => eur(-get('merchant_reserve'))
        book(capture({ gross: eur(captured), fee: eur(0n), reserve: eur(kept) }))
        const value = eur(captured - kept)
        book(
          conversion({
            payout_value: value,
            spread: eur(0n),
            remainder: eur(0n),
            payout: usdt(captured),
          }),
        )
        // Paid out; now the customer wants it back, twice.
        book(refundAfterPayout(eur(refunded), reserve()))
        const bearable = captured - refunded
        const borne = disputed < bearable ? disputed : bearable
        const [before_reserve, before_suspense] = [reserve(), get('suspense')]
        const opened = openChargeback({
          amount: eur(disputed),
          fee: eur(fee),
          refundable: eur(bearable),
          reserve: before_reserve,
        })
        book(opened)
        const lost = refunded + borne + fee
        assert.equal(get('merchant_receivable') + kept + get('merchant_reserve'), lost)
        assert.equal(get('acquirer_receivable'), captured - refunded - disputed - fee)
        assert.equal(get('suspense') - before_suspense, disputed - borne)
        // Meanwhile it pays some of it.
        const paid = least(eur(paid_back), owed())
        book([debit('bank', paid), credit('merchant_receivable', paid)])
        // Won, with the fee returned: what was put in suspense and the reserve goes back there.
        const from_reserve = minus(before_reserve, reserve())
        book(
          winChargeback({
            amount: eur(disputed + fee),
            reserve: from_reserve,
            receivable: owed(),
            suspense: eur(disputed - borne),
          }),
        )
        assert.equal(get('suspense'), 0n)
        assert.equal(get('acquirer_receivable'), captured - refunded)
        // All that the merchant lost is the refund; what it paid too much is owed to it.
        const net = get('merchant_receivable') + get('merchant_payable') + get('merchant_reserve') + kept
        assert.equal(net, refunded - paid.amount)
        assert.ok(get('merchant_receivable') === 0n || get('merchant_payable') === 0n)
        // And what it never pays is our loss.
        const rest = owed()
        book(writeOffChargeback(rest))
        assert.equal(get('chargeback_loss'), rest.amount)
        assert.equal(get('merchant_receivable'), 0n)
      }),
    )
  })

  test('a refund before the payout takes the conversion back first, to the unit', () => {
    const { book, get } = books()
    const fixed = conversion({
      payout_value: eur(4238n),
      spread: eur(10n),
      remainder: eur(1n),
      payout: usdt(42_380_000n),
    })
    book(capture({ gross: eur(4999n), fee: eur(750n) }))
    book(fixed)
    book(reverse(fixed))
    book(refundBeforePayout(eur(4249n)))
    for (const account of ['merchant_payable', 'fx', 'spread_revenue', 'rounding']) {
      assert.deepEqual([get(account), get(account, 'USDT')], [0n, 0n], account)
    }
    assert.equal(get('acquirer_receivable'), 750n)
  })

  test('what is released pays the debt first', () => {
    const { book, get } = books()
    book(capture({ gross: eur(100n), fee: eur(0n), reserve: eur(30n) }))
    book([debit('merchant_receivable', eur(20n)), credit('acquirer_receivable', eur(20n))])
    book(releaseReserve(eur(30n), eur(20n)))
    assert.deepEqual(
      [get('merchant_reserve'), get('merchant_receivable'), get('merchant_payable')],
      [0n, 0n, -80n],
    )
  })
})

describe('the acquirer and the treasury', () => {
  test('a settlement that is short or long shows in suspense', () => {
    for (const [received, open] of [
      [9825n, 0n],
      [9800n, 25n],
      [9900n, -75n],
    ] as const) {
      const { book, get } = books()
      book(capture({ gross: eur(10_000n), fee: eur(0n) }))
      book(acquirerFee(eur(175n)))
      book(acquirerSettlement({ expected: eur(9825n), received: eur(received) }))
      assert.deepEqual(
        [get('bank'), get('suspense'), get('acquirer_receivable'), get('acquirer_expense')],
        [received, open, 0n, 175n],
      )
    }
  })

  test('a hedge leaves in fx what the rate gave or took since the conversion', () => {
    const { book, get } = books()
    book(capture({ gross: eur(9178n), fee: eur(0n) }))
    book(
      conversion({
        payout_value: eur(9178n),
        spread: eur(0n),
        remainder: eur(0n),
        payout: usdt(99_122_400n),
      }),
    )
    book([debit('bank', eur(20_000n)), credit('capital', eur(20_000n))])
    book(fundVenue(eur(10_000n)))
    book(hedgeFill({ bought: usdt(99_122_400n), paid: eur(9150n), fee: eur(9n) }))
    book(refill(usdt(99_000_000n), usdt(100_000n)))
    book(skim(usdt(1_000_000n)))
    assert.deepEqual([get('fx'), get('fx', 'USDT')], [-28n, 0n])
    assert.deepEqual([get('venue'), get('venue', 'USDT')], [841n, 1_022_400n])
    assert.deepEqual([get('hot_wallet', 'USDT'), get('venue_expense', 'USDT')], [98_000_000n, 100_000n])
  })
})
