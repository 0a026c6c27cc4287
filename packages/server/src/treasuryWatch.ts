import type { Config } from './config.ts'
import type { TreasuryWatch } from './metrics/treasuryGauges.ts'

/** The thresholds of all modes, as the metrics show them. */
export function treasuryWatch({ test, live, inventory }: Config): TreasuryWatch {
  const pots = [test, live].flatMap((mode, place) =>
    (mode?.treasury.pots ?? []).map((pot) => ({ ...pot, livemode: place === 1 })),
  )
  return { margin_bps: inventory.margin_bps, pots }
}
