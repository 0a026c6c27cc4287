/** The judge of the proof finds each thing that can go wrong, and nothing where nothing did. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './judge.ts'
import type { Payment, Recording } from './recording.ts'

const payment = (change: Partial<Payment> = {}): Payment => ({
  order: { asset: 'USDT', cents: 2011, key: 'order-0', address: '0x1' },
  session: 'cs_1',
  owed: 17_000_000n,
  payout_id: 'po_1',
  status: 'completed',
  captures: [2011],
  received: [17_000_000n],
  ...change,
})
const good: Recording = {
  payments: [payment()],
  ledger: [{ what: 'the sum of all postings', asset: 'USDT', total: 0n }],
  treasury: [{ asset: 'USDT', chain: -17_000_000n, ledger: -17_000_000n }],
  nonce: { chain: 1n, database: 1n },
  acquirer_adds_up: true,
  events: [[{ sequence: 1n, type: 'payout.completed', object_id: 'po_1' }]],
  bugs: [],
}
const eth = { ...payment().order, asset: 'ETH' } as const
const completed = { sequence: 1n, type: 'payout.completed', object_id: 'po_1' }

test('nothing is found where nothing went wrong', () => {
  assert.deepEqual(judge(good), [])
  assert.deepEqual(judge({ ...good, payments: [payment({ order: eth })] }), [])
})

const found: [name: string, kind: string, change: Partial<Recording>][] = [
  ['two captures', 'doubled', { payments: [payment({ captures: [2011, 2011] })] }],
  ['two transfers', 'doubled', { payments: [payment({ received: [17_000_000n, 17_000_000n] })] }],
  ['twice the coins', 'doubled', { payments: [payment({ order: eth, received: [34_000_000n] })] }],
  ['a payout without a charge', 'doubled', { payments: [payment({ captures: [] })] }],
  ['no transfer', 'lost', { payments: [payment({ received: [] })] }],
  ['no charge and no transfer', 'lost', { payments: [payment({ captures: [], received: [] })] }],
  ['a payment that is still under way', 'lost', { payments: [payment({ status: 'processing' })] }],
  ['another amount charged', 'amount', { payments: [payment({ captures: [2012] })] }],
  ['a unit too little paid', 'amount', { payments: [payment({ received: [16_999_999n] })] }],
  [
    'a unit too much paid in coins',
    'amount',
    { payments: [payment({ order: eth, received: [17_000_001n] })] },
  ],
  ['postings that do not sum to zero', 'unbalanced', { ledger: [{ what: 'sum', asset: 'USDT', total: 1n }] }],
  ['a treasury that lost more', 'unbalanced', { treasury: [{ asset: 'USDT', chain: -2n, ledger: -1n }] }],
  ['a nonce too many', 'unbalanced', { nonce: { chain: 2n, database: 1n } }],
  ["an acquirer's book that does not add up", 'unbalanced', { acquirer_adds_up: false }],
  ['an event without a number', 'event', { events: [[{ ...completed, sequence: null }]] }],
  ['a gap in the numbers', 'event', { events: [[{ ...completed, sequence: 2n }]] }],
  ['payout.completed told twice', 'event', { events: [[completed, { ...completed, sequence: 2n }]] }],
  ['payout.completed never told', 'event', { events: [] }],
  ['a bug in the log', 'bug', { bugs: ['AssertionFailed'] }],
]
for (const [name, kind, change] of found) {
  test(`it finds ${name}`, () => {
    assert.ok(judge({ ...good, ...change }).some((failure) => failure.kind === kind))
  })
}
