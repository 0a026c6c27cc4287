import assert from 'node:assert/strict'
import { startVenues } from '../../packages/sandbox/src/venues/server.ts'

type VenueId = 'kraken' | 'coinbase' | 'binance'

/** For tests: the sandbox's three exchanges on a free port, with a way to break each. */
export async function openSandboxWorld() {
  const venues = await startVenues({ host: '127.0.0.1', port: 0 })
  const { urls } = venues
  const set = async (venue: VenueId, mode: string, pair?: string): Promise<void> => {
    const answer = await fetch(new URL('/_sim/venues', urls[venue]), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ venue, mode, pair }),
    })
    assert.equal(answer.status, 200, await answer.text())
  }
  return { urls, set, close: () => venues.close() }
}

/** One of the three as the world of a conformance run. */
export async function openSandboxVenue(venue: VenueId) {
  const world = await openSandboxWorld()
  return {
    url: world.urls[venue],
    set: (mode: string) => world.set(venue, mode),
    close: () => world.close(),
  }
}
