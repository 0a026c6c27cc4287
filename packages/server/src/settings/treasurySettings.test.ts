import assert from 'node:assert/strict'
import { test } from 'node:test'
import { treasury } from './treasurySettings.ts'

const exchange = { id: 'kraken', api_key: 'k', private_key: 'cA==' }
const pot = { network: 'base', asset: 'USDC' }
const wrong = (value: unknown) =>
  treasury.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('without settings nothing is watched and nothing ordered', () => {
  const { pots, exchange: none, hedge } = treasury.parse({})
  assert.deepEqual([pots, none, hedge], [[], undefined, undefined])
})

test('amounts come out in minor units, secrets are not shown', () => {
  const read = treasury.parse({
    pots: [{ ...pot, alarm: '5', min: '10', target: '25.5', withdraw_key: 'skiro' }],
    exchange,
    hedge: { minimum: { BTC: '0.001' } },
  })
  const [first] = read.pots
  assert.deepEqual(
    [first?.alarm, first?.min, first?.target, first?.max],
    [5_000_000n, 10_000_000n, 25_500_000n, null],
  )
  assert.deepEqual(read.hedge?.minimum, new Map([['BTC', 100_000n]]))
  assert.deepEqual([read.hedge?.tolerance_bps, read.exchange?.deadline_seconds], [50, 10])
  assert.ok(!JSON.stringify(read.exchange).includes('cA=='))
})

test('mistakes are refused by name', () => {
  for (const [value, message] of [
    [
      { pots: [{ ...pot, min: '1.1234567' }] },
      'pots.0.min: must be a positive decimal with at most 6 decimals, such as 100.5',
    ],
    [{ pots: [{ ...pot, min: '10', target: '10' }] }, 'pots.0.target: must be more than min'],
    [{ pots: [{ ...pot, target: '10', max: '9' }] }, 'pots.0.max: must not be less than target'],
    [
      { pots: [{ ...pot, withdraw_key: 'x' }], exchange },
      'pots.0.withdraw_key: a refill needs min and target',
    ],
    [
      { pots: [{ ...pot, min: '1', target: '2', withdraw_key: 'x' }] },
      'pots.0.withdraw_key: needs an exchange to withdraw from',
    ],
    [{ pots: [pot, pot] }, 'pots.1: this asset on this network is listed twice'],
    [{ hedge: { minimum: { BTC: '1' } } }, 'hedge: needs an exchange to buy at'],
    [
      { exchange, hedge: { minimum: { BTC: '-1' } } },
      'hedge.minimum.BTC: must be a positive decimal with at most 8 decimals, such as 100.5',
    ],
  ] as const)
    assert.deepEqual(wrong(value), [message])
  assert.match(wrong({ exchange: { ...exchange, id: 'ftx' } })[0] ?? '', /exchange\.id/)
  assert.match(wrong({ exchange, hedge: { minimum: { DOGE: '1' } } })[0] ?? '', /hedge\.minimum/)
  assert.match(wrong({ pot: [] })[0] ?? '', /pot/)
})
