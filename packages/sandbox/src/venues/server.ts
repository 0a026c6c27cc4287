import { setTimeout as delay } from 'node:timers/promises'
import Fastify, { type FastifyReply } from 'fastify'
import { binance } from './binance.ts'
import { type Distortion, makeBook, SIZE_DECIMALS } from './book.ts'
import { coinbase } from './coinbase.ts'
import { kraken } from './kraken.ts'
import type { Account } from './private/account.ts'
import { SCALE } from './private/amount.ts'
import { Faults } from './private/faults.ts'
import { type Keys, SANDBOX_KEYS } from './private/krakenCall.ts'
import type { Listed } from './private/krakenOperations.ts'
import { fundedAccount, krakenPrivateRoutes } from './private/krakenRoutes.ts'
import { simRoutes } from './private/simRoutes.ts'
import { createModes, MODES, type Mode } from './modes.ts'
import { type Respond, VENUE_IDS, type VenueId, type VenueSpec } from './venue.ts'

const VENUES: readonly VenueSpec[] = [kraken, coinbase, binance]
const SLOW_MS = 5_000
const STALE_MS = 60_000
const PLAIN: Distortion = { shift_ppm: 0, extra_half_spread_ppm: 0 }
const DISTORTIONS: Partial<Record<Mode, Distortion>> = {
  wide: { shift_ppm: 0, extra_half_spread_ppm: 15_000 },
  deviant: { shift_ppm: 50_000, extra_half_spread_ppm: 0 },
}

export type Venues = {
  readonly urls: Record<VenueId, string>
  /** The account at Kraken, and what opens it. */
  readonly keys: Keys
  readonly account: Account
  /** Cuts what is still open and frees the port. */
  close(): Promise<void>
}

/**
 * Three exchanges on one port, each under its own path, answering the public order-book requests in the shapes of
 * the real ones. Prices move with time from `seed`. `POST /_sim/venues` with `{ venue, mode, pair? }` breaks one. At
 * Kraken there is an account too, with a book of its own: orders, withdrawals, and `/_sim/account` to look at and break it.
 */
export async function startVenues({
  host,
  port,
  seed = 'skiro',
}: {
  host: string
  port: number
  seed?: string
}): Promise<Venues> {
  const app = Fastify({ forceCloseConnections: true })
  const modes = createModes()
  const closing = new AbortController()

  for (const spec of VENUES) {
    const respond: Respond = async (reply, pair, render) => {
      const { mode, since_ms } = modes.of(spec.id, pair.symbol)
      if (mode === 'down') return cut(reply)
      if (mode === 'error') return reply.code(spec.failure.status).send(spec.failure.body)
      if (mode === 'garbage') return reply.type('text/html').send('<html><title>Be right back</title></html>')
      if (mode === 'slow') {
        const waited = delay(SLOW_MS, true, { signal: closing.signal, ref: false }).catch(() => false)
        if (!(await waited)) return cut(reply)
      }
      const at_ms = mode === 'stale' ? since_ms - STALE_MS : Date.now()
      if (mode === 'empty') return reply.send(render({ asks: [], bids: [] }, at_ms))
      const distortion = DISTORTIONS[mode] ?? PLAIN
      return reply.send(render(makeBook(seed, spec.id, pair, spec.style, distortion, at_ms), at_ms))
    }
    await app.register(async (scope) => spec.routes(scope, respond), { prefix: `/${spec.id}` })
  }

  type Control = { venue: VenueId; mode: Mode; pair?: string }
  const body = {
    type: 'object',
    required: ['venue', 'mode'],
    additionalProperties: false,
    properties: { venue: { enum: VENUE_IDS }, mode: { enum: MODES }, pair: { type: 'string' } },
  }
  app.post<{ Body: Control }>('/_sim/venues', { schema: { body } }, (request, reply) => {
    const { venue, mode, pair } = request.body
    const listed = VENUES.find(({ id }) => id === venue)?.pairs.some(({ symbol }) => symbol === pair)
    if (pair !== undefined && !listed)
      return reply.code(400).send({ message: `${venue} does not list ${pair}` })
    modes.set(venue, mode, pair)
    return reply.send(modes.all())
  })
  app.get('/_sim/venues', () => modes.all())

  const account = fundedAccount()
  const faults = new Faults()
  let ahead_ms = 0
  const asks = (pair: Listed) =>
    makeBook(seed, kraken.id, pair, kraken.style, PLAIN, Date.now()).asks.map(({ price, size }) => ({
      price: (price * SCALE) / 10n ** BigInt(pair.tick_decimals),
      size: (size * SCALE) / 10n ** BigInt(SIZE_DECIMALS),
    }))
  const desk = { account, listed: kraken.pairs, now: () => Date.now() + ahead_ms, asks }
  await app.register(
    async (scope) =>
      krakenPrivateRoutes(scope, { desk, faults, keys: SANDBOX_KEYS, closing: closing.signal }),
    { prefix: '/kraken' },
  )
  simRoutes(app, account, faults, (ms) => {
    ahead_ms += ms
  })

  const origin = await app.listen({ host, port })
  return {
    keys: SANDBOX_KEYS,
    account,
    urls: { kraken: `${origin}/kraken`, coinbase: `${origin}/coinbase`, binance: `${origin}/binance` },
    async close() {
      closing.abort()
      await app.close()
    },
  }
}

function cut(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}
