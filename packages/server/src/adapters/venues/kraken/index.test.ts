import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nowMs, nowSeconds } from '../../../lib/clock.ts'
import { ProviderError } from '../../../lib/errors.ts'
import { testVenue, type WireLevel, withAnswer } from '../../conformance/venue.ts'
import { openSandboxVenue } from '../../../../../../test/support/venueWorld.ts'
import { createKraken } from './index.ts'

const timed = (levels: readonly WireLevel[]) => levels.map((level) => [...level, nowSeconds()])

testVenue({
  id: 'kraken',
  create: createKraken,
  world: () => openSandboxVenue('kraken'),
  encode: ({ symbol }, asks, bids) => ({
    error: [],
    result: { [symbol]: { asks: timed(asks), bids: timed(bids) } },
  }),
})

const XBTUSD = { base: 'BTC', quote: 'USD', symbol: 'XBTUSD' } as const

const bookFrom = (body: object) =>
  withAnswer({ body: JSON.stringify(body) }, (url) => createKraken({ url }).book(XBTUSD))

it('kraken dates a book by its newest level', async () => {
  const asks = [['2', '1', 1_700_000_000]]
  const bids = [['1', '1', 1_700_000_007]]
  const book = await bookFrom({ error: [], result: { XXBTZUSD: { asks, bids } } })
  assert.equal(book.as_of_ms, 1_700_000_007_000)
})

it('kraken dates an empty book by its receipt', async () => {
  const before = nowMs()
  const book = await bookFrom({ error: [], result: { XXBTZUSD: { asks: [], bids: [] } } })
  assert.ok(book.as_of_ms >= before && book.as_of_ms <= nowMs())
})

it('kraken takes an error in a 200 answer for an error', async () => {
  const error = ['EService:Unavailable', 'EGeneral:Busy']
  await assert.rejects(bookFrom({ error }), (thrown) => {
    assert.ok(thrown instanceof ProviderError && thrown.kind === 'refused')
    assert.equal(thrown.message, 'EService:Unavailable, EGeneral:Busy')
    return true
  })
})

it('kraken refuses the book of another market', async () => {
  const side = [['2', '1', 1_700_000_000]]
  await assert.rejects(
    bookFrom({ error: [], result: { XETHZUSD: { asks: side, bids: [] } } }),
    /asked for XBTUSD, got: XETHZUSD/,
  )
})
