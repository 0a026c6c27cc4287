import type { Logger } from 'pino'
import type { Acquirer } from './adapters/acquirer.ts'
import type { Chain } from './adapters/chain.ts'
import type { Exchange } from './adapters/exchange.ts'
import type { Signer } from './adapters/signer.ts'
import type { Config } from './config.ts'
import type { Db } from './db/sql.ts'
import type { RateEngine } from './conversions/quote.ts'

export type Mode = 'test' | 'live'

/** The outside world of one mode. Test and live never share an adapter. */
export type ModeAdapters = {
  readonly acquirer: Acquirer
  readonly rates: RateEngine
  readonly signer: Signer
  /** By network name. */
  readonly chains: ReadonlyMap<string, Chain>
  /** Where the treasury buys coins. Null: nowhere. */
  readonly exchange: Exchange | null
}

/** The first argument of every action: config, database, log, and the outside world per mode. No singletons. */
export type Context = {
  readonly config: Config
  readonly db: Db
  readonly log: Logger
  readonly modes: { readonly test: ModeAdapters | null; readonly live: ModeAdapters | null }
}

/** The adapters of a row's mode. Null when that mode is not set up on this server. */
export function modeOf(ctx: Context, { livemode }: { livemode: boolean }): ModeAdapters | null {
  return ctx.modes[livemode ? 'live' : 'test']
}
