import { toDecimalString } from '../../lib/money.ts'
import { readTreasury } from '../../treasury/readTreasury.ts'
import { treasuryPorts } from '../../wiring.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

const NAME = 'treasury'
/** An order that nobody has heard of for so long is not just slow. */
const LATE_MS = 120_000

/** Whether wallets hold what they should, and whether anybody has to look after an order at an exchange. */
export const treasuryCheck: Check = {
  name: NAME,
  needs_database: true,
  async run({ ctx }) {
    const { pots, orders } = await readTreasury(ctx, treasuryPorts(ctx), {
      with_thresholds_only: true,
    })
    const findings: Finding[] = []
    for (const { livemode, network, asset, funds, state, alarm, min, max } of pots) {
      const level = state === 'low' ? alarm : state === 'refill' ? min : state === 'over' ? max : null
      if (!funds || level === null) continue
      const text = (amount: bigint) => `${toDecimalString({ amount, asset })} ${asset}`
      const where = `on ${network} in ${livemode ? 'live' : 'test'} mode`
      const verdict = state === 'low' ? fail : warn
      const side = state === 'over' ? 'above' : 'below'
      findings.push(
        verdict(
          NAME,
          `Free ${where}: ${text(funds.free)}, ${side} ${text(level)}.`,
          state === 'over'
            ? 'A hot wallet is no safe: send what is too much to the exchange or into cold storage.'
            : 'Fill it, or see why the refill does not come: skiro-server treasury orders --all',
        ),
      )
    }
    for (const { id, kind, state, venue, since_sent_ms } of orders) {
      const is_late = state === 'unknown' && (since_sent_ms ?? 0) > LATE_MS
      if (state !== 'manual' && !is_late) continue
      findings.push(
        fail(
          NAME,
          `Nobody knows what became of the ${kind} ${id} at ${venue}.`,
          state === 'manual'
            ? 'Look into the account there, then: skiro-server treasury resolve --help'
            : 'The exchange does not answer: see the log for "exchange call failed".',
        ),
      )
    }
    if (findings.length > 0) return findings
    return [ok(NAME, 'Every wallet is within its thresholds, and no order is lost.')]
  },
}
