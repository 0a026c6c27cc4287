import { pino } from 'pino'
import { createOpenSigner } from '../../packages/server/src/adapters/conformance/openSigner.ts'
import { createLocalSigner } from '../../packages/server/src/adapters/signers/local.ts'
import type { OrderBook, Venue, VenuePair } from '../../packages/server/src/adapters/venue.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { createRateEngine } from '../../packages/server/src/conversions/quote.ts'
import { NoRate } from '../../packages/server/src/conversions/noRate.ts'
import type { Db } from '../../packages/server/src/db/sql.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { nowMs } from '../../packages/server/src/lib/clock.ts'
import { RATE_SCALE, type Crypto } from '../../packages/server/src/lib/money.ts'
import type { PayoutPolicy } from '../../packages/server/src/payouts/policy.ts'
import { TEST_MODE } from '../support/gatewayContext.ts'
import { PLENTY } from '../support/plenty.ts'
import type { Outside } from './faults.ts'
import { type ModelAcquirer, createModelAcquirer } from './modelAcquirer.ts'
import { type ModelChain, createModelChain } from './modelChain.ts'

/** The gateway's own code on a real database, with everything outside of it modelled. */
export type World = {
  readonly ctx: Context
  readonly outside: Outside
  readonly acquirer: ModelAcquirer
  readonly chains: readonly ModelChain[]
  readonly rates: {
    /** No venue answers. */
    are_down: boolean
  }
  /** How payouts are made; a seed changes it as it goes. */
  readonly policy: { -readonly [K in keyof PayoutPolicy]: PayoutPolicy[K] }
}

const PRICES: Record<string, bigint> = { USDT: 1n, BTC: 50_000n, ETH: 2_000n }

const CONFIG = readConfig({
  SKIRO_DATABASE_URL: 'postgres://unused',
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  ...PLENTY,
  ...TEST_MODE,
})
const LOG = pino({ level: 'silent' })

/** How a world begins. */
export type Beginning = {
  /** Blocks on top that make one final. */
  readonly depth: number
  readonly fee_cap: bigint
  /** Of the coins in the Bitcoin wallet. */
  readonly coin_size: bigint
  /** Every look finds a transaction stuck, or none does: a run has no use for minutes. */
  readonly is_stuck: boolean
}

/** @param name of this world: wallets of two worlds on one database are not the same */
export function createSimulatedWorld(
  db: Db,
  name: string,
  outside: Outside,
  { depth, fee_cap, coin_size, is_stuck }: Beginning,
): World {
  const acquirer = createModelAcquirer(outside)
  const chains = [
    createModelChain(
      { network: 'ethereum', fee_coin: 'ETH', assets: ['USDT', 'ETH'], wallet: `0xhot${name}`, depth },
      outside,
    ),
    createModelChain(
      { network: 'bitcoin', fee_coin: 'BTC', assets: ['BTC'], wallet: `bchot${name}`, depth, coin_size },
      outside,
    ),
  ]
  const policy = {
    batch_wait_ms: 0,
    fee_cap,
    fee_share_bps: 10_000,
    bump_after_ms: is_stuck ? -1e12 : 1e12,
  }
  const rates = { are_down: false }
  const engine = createRateEngine({ venues: ['one', 'two'].map((id) => steadyVenue(id)) })
  const mode = CONFIG.test
  if (!mode) throw new Error('test mode is not set up')
  const networks = chains.map(({ network }) => ({ ...mode.chains[0], network, payouts: policy }))
  return {
    outside,
    acquirer,
    chains,
    policy,
    rates,
    ctx: {
      config: {
        ...CONFIG,
        // Whether a balance was read a moment ago is a matter of real time, and a seed must not depend on it.
        inventory: { ...CONFIG.inventory, fresh_ms: 0, wait_seconds: 0 },
        rate_wait_seconds: 0,
        test: { ...mode, chains: networks as typeof mode.chains },
      },
      // Nobody listens.
      db: { ...db, wake: () => {} },
      log: LOG,
      modes: {
        test: {
          acquirer,
          signer: createOpenSigner(createLocalSigner(TEST_MODE.SKIRO_TEST_SIGNER_KEY as `0x${string}`)),
          chains: new Map(chains.map((chain) => [chain.network, chain])),
          exchange: null,
          rates: {
            ...engine,
            quote: async (wanted) => {
              if (rates.are_down) throw new NoRate('no_quorum', 'USD', 'USDT')
              return await engine.quote(wanted)
            },
          },
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
