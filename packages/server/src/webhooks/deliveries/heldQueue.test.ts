import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DueDelivery } from './dueStore.ts'
import { askFor, holdQueue, mayStart, take, trim } from './heldQueue.ts'

const TENANT = { merchant_id: 'mer_1', livemode: false }
const QUEUE = { ...TENANT, endpoint_id: 'we_1', origin: 'https://shop.example' }

function due(n: number): DueDelivery {
  const event = {
    id: `evt_${n}`,
    livemode: false,
    type: 'payout.sent',
    sequence: BigInt(n),
    created_at: new Date(n),
    data_text: '{}',
  } as const
  return { ...QUEUE, id: `whd_${n}`, url: 'https://shop.example/', tries: 0, armed_at: n, wake_at: n, event }
}

/** A queue whose receiver accepted so many in a row, with all that it asks for in its backlog. */
function stocked(accepted: number) {
  const queue = holdQueue({ ...QUEUE, added: 1n }, 32, 0)
  for (let n = 0; n < accepted; n++) queue.pace.accepted(5)
  const ask = askFor(queue)
  assert.ok(ask)
  take(
    queue,
    ask,
    Array.from({ length: ask.want }, (_, n) => due(n + 1)),
    0,
  )
  return { queue, want: ask.want }
}

test('few are fetched for a receiver that is not known to be quick, many for one that is', () => {
  assert.deepEqual([stocked(0).want, stocked(3).want, stocked(50).want], [4, 16, 64])
})

test('no more is asked for while there is enough, nor when there was no more', () => {
  const { queue } = stocked(50)
  assert.equal(askFor(queue), null)
  queue.backlog.splice(0, 48)
  assert.deepEqual(askFor(queue), { queue: queue.claimed, want: 48, since: 64 })
  take(queue, { queue: queue.claimed, want: 48, since: 64 }, [due(65)], 0)
  queue.backlog.length = 0
  assert.equal(askFor(queue), null)
})

test('what a receiver that began to fail will not get soon is let go of, and fetched again', () => {
  const { queue } = stocked(50)
  for (let n = 0; n < 3; n++) queue.pace.failed()
  queue.drained = true
  trim(queue)
  assert.deepEqual(
    queue.backlog.map(({ id }) => id),
    ['whd_1', 'whd_2', 'whd_3', 'whd_4'],
  )
  assert.deepEqual([...queue.in_hand.keys()], ['whd_1', 'whd_2', 'whd_3', 'whd_4'])
  queue.backlog.length = 0
  assert.deepEqual(askFor(queue), { queue: queue.claimed, want: 4, since: 4 })
})

test('what is let go of while more is being fetched is not passed over', () => {
  const { queue } = stocked(50)
  queue.backlog.splice(0, 48)
  const ask = askFor(queue)
  assert.ok(ask)
  for (let n = 0; n < 3; n++) queue.pace.failed()
  trim(queue)
  assert.equal(queue.backlog.at(-1)?.id, 'whd_52')
  take(queue, ask, [due(65), due(66)], 0)
  // As at the next look.
  queue.backlog.length = 0
  queue.drained = false
  const since = askFor(queue)?.since
  assert.ok(since !== undefined && since <= 53, `goes on from ${since}, and 53 was let go of`)
})

test('nor when all of it became due in the same millisecond', () => {
  const queue = holdQueue({ ...QUEUE, added: 1n }, 32, 0)
  for (let n = 0; n < 50; n++) queue.pace.accepted(5)
  const first = askFor(queue)
  assert.ok(first)
  const at_once = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...due(from + n), wake_at: 1000 }))
  take(queue, first, at_once(1, 64), 0)
  queue.backlog.splice(0, 48)
  const ask = askFor(queue)
  assert.ok(ask)
  for (let n = 0; n < 3; n++) queue.pace.failed()
  trim(queue)
  take(queue, ask, [{ ...due(65), wake_at: 2000 }], 0)
  queue.backlog.length = 0
  queue.drained = false
  const since = askFor(queue)?.since
  assert.ok(
    since !== undefined && since <= 1000,
    `goes on from ${since}, and what was due at 1000 was let go of`,
  )
})

test('nothing is let go of that will be sent soon', () => {
  const { queue } = stocked(50)
  trim(queue)
  assert.equal(queue.backlog.length, 64)
})

test('no try starts while too many wait to be written down', () => {
  const { queue } = stocked(0)
  assert.equal(mayStart(queue), true)
  for (let n = 0; n < 16; n++) queue.in_hand.set(`whd_sent_${n}`, n)
  assert.equal(mayStart(queue), false)
})
