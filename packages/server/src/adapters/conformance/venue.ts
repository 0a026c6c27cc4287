import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { nowMs } from '../../lib/clock.ts'
import { ProviderError } from '../../lib/errors.ts'
import { RATE_SCALE } from '../../lib/money.ts'
import type { Venue, VenuePair } from '../venue.ts'

/** A running imitation of the exchange that can be broken in the usual ways. */
export type VenueWorld = {
  readonly url: string
  set(mode: 'normal' | 'down' | 'error' | 'stale' | 'empty' | 'garbage' | 'slow'): Promise<void>
  close(): Promise<void>
}

/** Price and size as the wire has them: strings when all is well. */
export type WireLevel = readonly [price: unknown, size: unknown]

export type VenueUnderTest = {
  readonly id: string
  readonly create: (config: { url: string; timeout_ms: number }) => Venue
  readonly world: () => Promise<VenueWorld>
  /** The venue's own JSON for a fresh book of `pair`. */
  readonly encode: (pair: VenuePair, asks: readonly WireLevel[], bids: readonly WireLevel[]) => object
}

const ASKS: WireLevel[] = [
  ['100.5', '2'],
  ['101', '0.25'],
]
const BIDS: WireLevel[] = [
  ['100.25', '1'],
  ['100', '3'],
]

/** What every venue adapter must do. Run it once per adapter, with the sandbox's exchange as its world. */
export function testVenue({ id, create, world: open, encode }: VenueUnderTest): void {
  describe(`${id} as a venue`, () => {
    let world: VenueWorld
    let venue: Venue
    before(async () => {
      world = await open()
      venue = create({ url: world.url, timeout_ms: 3_000 })
    })
    after(() => world.close())

    const first = () => {
      const [pair] = venue.pairs
      assert.ok(pair)
      return pair
    }

    it('lists each market once', () => {
      assert.equal(venue.id, id)
      assert.ok(venue.pairs.length > 0)
      assert.equal(new Set(venue.pairs.map(({ symbol }) => symbol)).size, venue.pairs.length)
      const markets = venue.pairs.map(({ base, quote }) => [base, quote].toSorted().join())
      assert.equal(new Set(markets).size, venue.pairs.length)
    })

    it('has a fresh, sorted, uncrossed book for every market it lists', async () => {
      for (const pair of venue.pairs) {
        const book = await venue.book(pair)
        assert.equal(book.venue, id)
        assert.equal(book.pair, pair)
        assert.ok(Math.abs(nowMs() - book.as_of_ms) < 5_000, `${pair.symbol} is from ${book.as_of_ms}`)
        const [ask, bid] = [book.asks[0], book.bids[0]]
        assert.ok(ask && bid && bid.price < ask.price)
        for (const [i, { price, size }] of book.asks.entries()) {
          assert.ok(size > 0n && (i === 0 || price > book.asks[i - 1]!.price))
        }
        for (const [i, { price, size }] of book.bids.entries()) {
          assert.ok(size > 0n && price > 0n && (i === 0 || price < book.bids[i - 1]!.price))
        }
      }
    })

    it('takes an address with a slash at its end', async () => {
      const book = await create({ url: `${world.url}/`, timeout_ms: 1_000 }).book(first())
      assert.ok(book.asks.length > 0)
    })

    it('says refused for a market the exchange does not have', async () => {
      const pair: VenuePair = { base: 'BTC', quote: 'USD', symbol: 'NOPE' }
      await assert.rejects(venue.book(pair), isProviderError(id, 'refused'))
    })

    it('throws ProviderError whatever goes wrong, and works again afterwards', async () => {
      for (const mode of ['down', 'error', 'garbage'] as const) {
        await world.set(mode)
        await assert.rejects(venue.book(first()), isProviderError(id), mode)
      }
      await world.set('normal')
      assert.ok((await venue.book(first())).asks.length > 0)
    })

    it('gives up after its timeout', async () => {
      await world.set('slow')
      const hasty = create({ url: world.url, timeout_ms: 100 })
      const started = nowMs()
      await assert.rejects(hasty.book(first()), isProviderError(id, 'unknown'))
      assert.ok(nowMs() - started < 3_000)
      await world.set('normal')
    })

    it('says unavailable when nothing listens there', async () => {
      const url = await withAnswer({ body: '' }, (url) => Promise.resolve(url))
      const nowhere = create({ url, timeout_ms: 1_000 })
      await assert.rejects(nowhere.book(first()), isProviderError(id, 'unavailable'))
    })

    it('passes an empty book on: deciding about it is not its work', async () => {
      await world.set('empty')
      const book = await venue.book(first())
      assert.deepEqual([book.asks, book.bids], [[], []])
      await world.set('normal')
    })

    it('does not let a book that stands still look new', async () => {
      await world.set('stale')
      const one = await venue.book(first())
      await new Promise((resolve) => setTimeout(resolve, 30))
      const two = await venue.book(first())
      assert.equal(two.as_of_ms, one.as_of_ms)
      assert.deepEqual(two.asks, one.asks)
      await world.set('normal')
    })

    const answer = (body: string, headers: Record<string, string> = {}, status = 200) =>
      withAnswer({ status, headers, body }, (url) => create({ url, timeout_ms: 3_000 }).book(first()))
    const encoded = (asks: readonly WireLevel[], bids: readonly WireLevel[] = BIDS) =>
      JSON.stringify(encode(first(), asks, bids))

    describe('wire format', () => {
      it('reads decimals to the last digit', async () => {
        const book = await answer(encoded([['100.123456789012345678', '0.000000000000000001'], ...ASKS]))
        assert.deepEqual(book.asks[0], { price: 100123456789012345678n, size: 1n })
        assert.deepEqual(book.asks[2], { price: 101n * RATE_SCALE, size: RATE_SCALE / 4n })
      })

      it('refuses what is not an exact positive decimal string', async () => {
        const wrong: WireLevel[] = [
          ['9.9e1', '1'],
          ['99', '1E2'],
          [99, '1'],
          ['99', 1],
          ['-99', '1'],
          ['0', '1'],
          ['99', '0.0'],
          ['99', ''],
          ['0x63', '1'],
          [' 99', '1'],
          ['99', null],
          ['99.1234567890123456789', '1'],
        ]
        for (const level of wrong) {
          await assert.rejects(
            answer(encoded([level, ...ASKS])),
            isProviderError(id, 'unknown'),
            String(level),
          )
        }
      })

      it('refuses a side that is not sorted best first', async () => {
        await assert.rejects(answer(encoded(ASKS.toReversed())), isProviderError(id, 'unknown'))
        await assert.rejects(answer(encoded(ASKS, BIDS.toReversed())), isProviderError(id, 'unknown'))
        await assert.rejects(answer(encoded([ASKS[0]!, ASKS[0]!])), isProviderError(id, 'unknown'))
      })

      it('refuses what is not the documented JSON', async () => {
        const good = encoded(ASKS)
        for (const body of [
          '',
          'null',
          '[]',
          '{}',
          '"book"',
          good.slice(0, -1),
          good.replace('bids', 'bid'),
        ]) {
          await assert.rejects(answer(body), isProviderError(id, 'unknown'), body)
        }
      })

      it('does not follow redirects, and does not take an error page for a book', async () => {
        await assert.rejects(answer('', { location: world.url }, 302), isProviderError(id, 'unknown'))
        await assert.rejects(answer(encoded(ASKS), {}, 503), isProviderError(id, 'unknown'))
        await assert.rejects(answer(encoded(ASKS), {}, 429), isProviderError(id, 'refused'))
      })

      it('does not keep more of an endless book than it needs', async () => {
        const many = Array.from({ length: 5_000 }, (_, i): WireLevel => [`${1000 + i}`, '1'])
        const book = await answer(encoded(many))
        assert.ok(book.asks.length >= 100 && book.asks.length <= 500)
      })
    })
  })
}

/** Runs `use` beside an HTTP server that answers everything the same way, and returns its result. */
export async function withAnswer<T>(
  answer: { status?: number; headers?: Record<string, string>; body: string },
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((_, response) => {
    response.writeHead(answer.status ?? 200, answer.headers ?? {}).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  try {
    return await use(`http://127.0.0.1:${address.port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function isProviderError(id: string, kind?: ProviderError['kind']) {
  return (error: unknown) => {
    assert.ok(error instanceof ProviderError, `not a ProviderError: ${String(error)}`)
    assert.equal(error.provider, id)
    if (kind) assert.equal(error.kind, kind, error.message)
    return true
  }
}
