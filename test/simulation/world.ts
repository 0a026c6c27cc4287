import { pino } from 'pino'
import type { OrderBook, Venue, VenuePair } from '../../packages/server/src/adapters/venue.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { createRateEngine } from '../../packages/server/src/conversions/quote.ts'
import type { Db } from '../../packages/server/src/db/sql.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { nowMs } from '../../packages/server/src/lib/clock.ts'
import { RATE_SCALE, type Crypto } from '../../packages/server/src/lib/money.ts'
import type { PayoutPolicy } from '../../packages/server/src/payouts/policy.ts'
import type { Random } from '../fuzz/random.ts'
import { TEST_MODE } from '../support/gatewayContext.ts'
import { PLENTY } from '../support/plenty.ts'
import { type Outside, createOutside } from './faults.ts'
import { type ModelAcquirer, createModelAcquirer } from './modelAcquirer.ts'
import { type ModelChain, createModelChain } from './modelChain.ts'
import { type Stage, createStage } from './stage.ts'

/** The gateway's own code on a real database, with everything outside of it modelled. */
export type World = {
  readonly ctx: Context
  readonly stage: Stage
  readonly outside: Outside
  readonly acquirer: ModelAcquirer
  readonly chains: readonly ModelChain[]
  /** How payouts are made; a seed changes it as it goes. */
  readonly policy: { -readonly [K in keyof PayoutPolicy]: PayoutPolicy[K] }
}

const PRICES: Record<string, bigint> = { USDT: 1n, BTC: 50_000n, ETH: 2_000n }

export function createSimulatedWorld(db: Db, seed: string, random: Random): World {
  const stage = createStage()
  const outside = createOutside(random, stage, random.pick([0, 0.05, 0.2]), random.pick([0.02, 0.1, 0.3]))
  const acquirer = createModelAcquirer(outside)
  const depth = 1 + random.below(4)
  const chains = [
    createModelChain(
      { network: 'ethereum', fee_coin: 'ETH', assets: ['USDT', 'ETH'], wallet: `0xhot${seed}`, depth },
      outside,
    ),
    createModelChain(
      { network: 'bitcoin', fee_coin: 'BTC', assets: ['BTC'], wallet: `bchot${seed}`, depth },
      outside,
    ),
  ]
  const policy = {
    batch_wait_ms: 0,
    fee_cap: random.pick([2_000n, 1_000_000n]),
    fee_share_bps: 10_000,
    // Every look finds it stuck, or none does: a run has no use for minutes.
    bump_after_ms: random.chance(0.5) ? -1e12 : 1e12,
  }
  const config = readConfig({
    SKIRO_DATABASE_URL: 'postgres://unused',
    SKIRO_PUBLIC_URL: 'https://pay.example',
    SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    ...PLENTY,
    ...TEST_MODE,
  })
  const mode = config.test
  if (!mode) throw new Error('test mode is not set up')
  const networks = chains.map(({ network }) => ({ ...mode.chains[0], network, payouts: policy }))
  return {
    stage,
    outside,
    acquirer,
    chains,
    policy,
    ctx: {
      config: {
        ...config,
        // Whether a balance was read a moment ago is a matter of real time, and a seed must not depend on it.
        inventory: { ...config.inventory, fresh_ms: 0 },
        test: { ...mode, chains: networks as typeof mode.chains },
      },
      db,
      log: pino({ level: 'silent' }),
      modes: {
        test: {
          acquirer,
          chains: new Map(chains.map((chain) => [chain.network, chain])),
          exchange: null,
          rates: createRateEngine({ venues: ['one', 'two'].map((id) => steadyVenue(id)) }),
        },
        live: null,
      },
    },
  }
}

/** A venue whose books never move: rates are not what is simulated. */
function steadyVenue(id: string): Venue {
  const pairs = Object.keys(PRICES).map((base) => ({
    base: base as Crypto,
    quote: 'USD' as const,
    symbol: base,
  }))
  return {
    id,
    pairs,
    book: async (pair: VenuePair): Promise<OrderBook> => {
      const price = (PRICES[pair.base] ?? 1n) * RATE_SCALE
      const level = (p: bigint) => [{ price: p, size: 10n ** 9n * RATE_SCALE }]
      return {
        venue: id,
        pair,
        asks: level(price + price / 10_000n),
        bids: level(price - price / 10_000n),
        as_of_ms: nowMs(),
      }
    },
  }
}
