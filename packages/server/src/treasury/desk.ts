import type { Exchange } from '../adapters/exchange.ts'
import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'

type Config = Context['config']
export type TreasuryConfig = NonNullable<Config['test']>['treasury']

/** The exchange of one mode, and how long what is asked of it may take to show. */
export type Desk = {
  readonly exchange: Exchange
  readonly treasury: TreasuryConfig
  readonly deadline_ms: number
  readonly lag_ms: number
}

/** Null: the treasury of this mode orders nothing. */
export function deskOf(ctx: Context, livemode: boolean): Desk | null {
  const exchange = modeOf(ctx, { livemode })?.exchange
  const treasury = settingsOf(ctx.config, livemode)
  if (!exchange || !treasury?.exchange) return null
  const { deadline_seconds, lag_seconds } = treasury.exchange
  return { exchange, treasury, deadline_ms: deadline_seconds * 1000, lag_ms: lag_seconds * 1000 }
}

/** What the treasury of a mode was told. Null: that mode is not set up. */
export function settingsOf(config: Config, livemode: boolean): TreasuryConfig | null {
  return config[livemode ? 'live' : 'test']?.treasury ?? null
}
