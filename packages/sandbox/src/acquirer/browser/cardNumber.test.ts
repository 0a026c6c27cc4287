import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brandRule, groupDigits, passesLuhn } from './cardNumber.ts'
import { checkCard } from './checkCard.ts'
import { caretAfter, readExpiry, showExpiry, showNumber } from './typing.ts'

describe('card numbers', () => {
  it('knows the brand from the first digits', () => {
    const starts: [string, string][] = [
      ['4', 'visa'],
      ['51', 'mastercard'],
      ['2221', 'mastercard'],
      ['2720', 'mastercard'],
      ['2220', 'unknown'],
      ['2721', 'unknown'],
      ['34', 'amex'],
      ['6011', 'discover'],
      ['644', 'discover'],
      ['643', 'unknown'],
      ['36', 'diners'],
      ['3528', 'jcb'],
      ['3527', 'unknown'],
      ['62', 'unionpay'],
      ['', 'unknown'],
    ]
    for (const [digits, brand] of starts) assert.equal(brandRule(digits).brand, brand, digits)
  })

  it('groups in fours, Amex 4-6-5', () => {
    assert.equal(groupDigits('4242424242424242'), '4242 4242 4242 4242')
    assert.equal(groupDigits('378282246310005'), '3782 822463 10005')
    assert.equal(groupDigits('42424'), '4242 4')
    assert.equal(groupDigits('4242'), '4242')
    assert.equal(groupDigits(''), '')
  })

  it('checks the Luhn digit', () => {
    for (const good of ['4242424242424242', '378282246310005', '0']) assert.ok(passesLuhn(good), good)
    assert.equal(passesLuhn(''), false)
    for (let digit = 0; digit <= 9; digit++) {
      assert.equal(passesLuhn(`424242424242424${digit}`), digit === 2)
    }
  })
})

describe('typing', () => {
  it('takes pasted numbers as they come and stops at the longest', () => {
    assert.equal(showNumber(' 4242-4242 4242.4242\n'), '4242 4242 4242 4242')
    assert.equal(showNumber('37828224631000599'), '3782 822463 10005')
    assert.equal(showNumber('4242424242424242424'), '4242 4242 4242 4242')
    assert.equal(showNumber('6200000000000000000'), '6200 0000 0000 0000 000')
    assert.equal(showNumber('４２４２'), '4242')
    assert.equal(showNumber('card'), '')
  })

  it('shows an expiry from whatever was typed, pasted or filled in', () => {
    const typed: [string, string][] = [
      ['1', '1'],
      ['5', '05 / '],
      ['1/', '01 / '],
      ['12', '12 / '],
      ['12/3', '12 / 3'],
      ['0829', '08 / 29'],
      ['08/2029', '08 / 29'],
      ['8/29', '08 / 29'],
      ['2029-08', '08 / 29'],
      ['08 / 20', '08 / 20'],
      ['08 / 202', '08 / 202'],
      ['08 / 2029', '08 / 29'],
      ['08 / 291', '08 / 29'],
    ]
    for (const [text, shown] of typed) assert.equal(showExpiry(text, false), shown, text)
    assert.equal(showExpiry('08 /', true), '08')
    assert.equal(showExpiry('5', true), '5')
  })

  it('reads a complete expiry only', () => {
    assert.deepEqual(readExpiry('08 / 29'), { exp: '0829', month: 8, year: 2029 })
    assert.deepEqual(readExpiry('08 / 2'), { exp: '082', month: null, year: null })
    assert.deepEqual(readExpiry('08 / 202'), { exp: '08202', month: null, year: null })
  })

  it('keeps the caret behind the same digit', () => {
    assert.equal(caretAfter('4242 4242', 4), 4)
    assert.equal(caretAfter('4242 4242', 5), 6)
    assert.equal(caretAfter('4242 4242', 0), 0)
    assert.equal(caretAfter('05 / ', 2), 5)
  })
})

describe('checkCard', () => {
  const good = { number: '4242424242424242', exp: '1230', month: 12, year: 2030, csc: '123', name: 'Ada' }

  it('lets a card pay to the last day of its month', () => {
    assert.deepEqual(checkCard(good, new Date('2030-12-31T23:59:59Z')), [])
    assert.deepEqual(checkCard(good, new Date('2031-01-01T00:00:00Z')), [
      { field: 'exp', code: 'expired_card' },
    ])
  })

  it('reports every field, in their order', () => {
    const empty = { number: '', exp: '', month: null, year: null, csc: '', name: ' ' }
    assert.deepEqual(
      checkCard(empty, new Date()).map(({ code }) => code),
      ['missing_number', 'missing_expiry', 'missing_csc', 'missing_name'],
    )
  })
})
