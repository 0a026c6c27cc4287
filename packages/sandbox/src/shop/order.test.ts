import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Arbitrary, assert as always, property, shuffledSubarray } from 'fast-check'
import type { SkiroEvent } from 'skiro'
import { exampleEvent, exampleExpiredSession, examplePayout, exampleTransaction } from './exampleEvents.ts'
import { orderState } from './order.ts'

const ID = 'ORD-1'
const declined = exampleEvent(
  1,
  'checkout.failed',
  exampleTransaction(ID, { id: 'txn_0', status: 'failed', failure_message: 'Declined.' }),
)
const paid = exampleEvent(2, 'checkout.completed', exampleTransaction(ID))
const held = exampleEvent(3, 'payout.held', examplePayout(ID, { status: 'held', hold_reason: 'review' }))
const sent = exampleEvent(4, 'payout.sent', examplePayout(ID))
const done = exampleEvent(5, 'payout.completed', examplePayout(ID, { status: 'completed' }))
const STORY = [declined, paid, held, sent, done]

describe('orderState', () => {
  it('follows the story of an order', () => {
    const told = STORY.map((_, i) => orderState(STORY.slice(0, i + 1)).status)
    assert.deepEqual(told, ['awaiting_payment', 'paid', 'paid', 'payout_sent', 'payout_completed'])
    assert.equal(orderState([]).status, 'awaiting_payment')
  })

  it('keeps failed attempts beside the transaction that paid', () => {
    const { transaction, failed_attempts } = orderState([paid, declined])
    assert.equal(transaction?.id, 'txn_1')
    assert.deepEqual(
      failed_attempts.map(({ id }) => id),
      ['txn_0'],
    )
  })

  it('expires only what was not paid', () => {
    const expired = exampleEvent(9, 'checkout.expired', exampleExpiredSession(ID))
    assert.equal(orderState([expired]).status, 'expired')
    assert.equal(orderState([paid, expired]).status, 'paid')
  })

  it('shows a failed payout, and the second one that follows it', () => {
    const failed = exampleEvent(5, 'payout.failed', examplePayout(ID, { status: 'failed' }))
    assert.equal(orderState([paid, sent, failed]).status, 'payout_failed')
    const second = exampleEvent(6, 'payout.sent', examplePayout(ID, { id: 'po_2' }))
    assert.equal(orderState([second, paid, failed, sent]).status, 'payout_sent')
  })

  it('never goes back, even if a later event tells an earlier state', () => {
    const late = exampleEvent(8, 'payout.sent', examplePayout(ID))
    assert.equal(orderState([paid, done, late]).status, 'payout_completed')
  })

  it('ends the same whatever the order of arrival', () => {
    const expected = orderState(STORY)
    const arrivals: Arbitrary<SkiroEvent[]> = shuffledSubarray(STORY, { minLength: STORY.length })
    always(property(arrivals, (events) => assert.deepEqual(orderState(events), expected)))
  })

  it('only ever moves forward as events come in, in any order', () => {
    const rank = ['awaiting_payment', 'paid', 'payout_sent', 'payout_completed', 'refunded']
    always(
      property(shuffledSubarray(STORY, { minLength: STORY.length }), (events) => {
        const seen = events.map((_, i) => rank.indexOf(orderState(events.slice(0, i + 1)).status))
        assert.deepEqual(
          seen,
          [...seen].sort((a, b) => a - b),
        )
      }),
    )
  })
})
