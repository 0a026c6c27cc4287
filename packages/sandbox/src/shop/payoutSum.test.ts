import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleTransaction } from './exampleEvents.ts'
import { payoutSum } from './payoutSum.ts'

const conversion = (rate: string) => ({ rate, sources: ['kraken'], time: '2026-05-29T14:32:00Z' })

test('the payout is explained from gross to net to crypto, at a price as people know it', () => {
  const paid = exampleTransaction('ORD-1', {
    amount: 19,
    fee_amount: 2.85,
    conversion: conversion('0.997700000000000000'),
  })
  assert.equal(
    payoutSum(paid, 'en'),
    '$19.00 − $2.85 fee (15 %) = $16.15, converted at 1.0023053 USD per USDT.',
  )
  const bitcoin = exampleTransaction('ORD-1', {
    amount: 1129.3,
    fee_amount: 45.17,
    currency: 'EUR',
    payout_currency: 'BTC',
    conversion: conversion('0.000010400000000000'),
  })
  assert.equal(
    payoutSum(bitcoin, 'en'),
    '€1,129.30 − €45.17 fee (4 %) = €1,084.13, converted at 96,153.8462 EUR per BTC.',
  )
  assert.equal(
    payoutSum(bitcoin, 'de').replaceAll('\u00a0', ' '),
    '1.129,30 € − 45,17 € fee (4 %) = 1.084,13 €, converted at 96.153,8462 EUR per BTC.',
  )
})

test('without a rate it says what is known', () => {
  assert.equal(payoutSum(exampleTransaction('ORD-1'), 'en'), '$49.99 − $7.50 fee (15 %) = $42.49.')
})
