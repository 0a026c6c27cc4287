import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nowMs } from '../../../lib/clock.ts'
import { testVenue } from '../../conformance/venue.ts'
import { openSandboxVenue } from '../../../../../../test/support/venueWorld.ts'
import { createBinance } from './index.ts'

testVenue({
  id: 'binance',
  create: createBinance,
  world: () => openSandboxVenue('binance'),
  encode: (_, asks, bids) => ({ lastUpdateId: 1027024, bids, asks }),
})

it('binance dates a book by the first receipt of its update id', async () => {
  const world = await openSandboxVenue('binance')
  try {
    const venue = createBinance({ url: world.url })
    const pair = { base: 'BTC', quote: 'EUR', symbol: 'BTCEUR' } as const
    await world.set('stale')
    const before = nowMs()
    const first = await venue.book(pair)
    assert.ok(first.as_of_ms >= before && first.as_of_ms <= nowMs())
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal((await venue.book(pair)).as_of_ms, first.as_of_ms)
    await world.set('normal')
    assert.ok((await venue.book(pair)).as_of_ms > first.as_of_ms)
  } finally {
    await world.close()
  }
})
