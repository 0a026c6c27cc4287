import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nowMs } from '../../../lib/clock.ts'
import { ProviderError } from '../../../lib/errors.ts'
import { testVenue, type WireLevel, withAnswer } from '../../conformance/venue.ts'
import { openSandboxVenue } from '../../../../../../test/support/venueWorld.ts'
import { createCoinbase } from './index.ts'

const counted = (levels: readonly WireLevel[]) => levels.map((level) => [...level, 1])
const bodyOf = (asks: readonly WireLevel[], bids: readonly WireLevel[]) => ({
  bids: counted(bids),
  asks: counted(asks),
  sequence: 114340891054,
  auction_mode: false,
  auction: null,
  time: new Date(nowMs()).toISOString(),
})

testVenue({
  id: 'coinbase',
  create: createCoinbase,
  world: () => openSandboxVenue('coinbase'),
  encode: (_, asks, bids) => bodyOf(asks, bids),
})

const BTC_USD = { base: 'BTC', quote: 'USD', symbol: 'BTC-USD' } as const
const bookFrom = (body: object) =>
  withAnswer({ body: JSON.stringify(body) }, (url) => createCoinbase({ url }).book(BTC_USD))

const normal = bodyOf([['113729.41', '0.00096729']], [['113729.4', '0.28534551']])

it('coinbase dates a book by its own time, nanoseconds and all', async () => {
  const book = await bookFrom({ ...normal, time: '2025-10-28T02:50:43.768106912Z' })
  assert.equal(book.as_of_ms, Date.UTC(2025, 9, 28, 2, 50, 43, 768))
  assert.deepEqual(book.bids, [{ price: 113729_400000000000000000n, size: 285345510000000000n }])
})

it('coinbase refuses a time that is none', async () => {
  for (const time of ['yesterday', '', 1761619843, '2025-13-28T02:50:43Z']) {
    await assert.rejects(bookFrom({ ...normal, time }), ProviderError, String(time))
  }
})

it('coinbase refuses the indicative book of an auction', async () => {
  await assert.rejects(bookFrom({ ...normal, auction_mode: true }), /in an auction/)
})
