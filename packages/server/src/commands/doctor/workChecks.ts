import { listUnknown } from '../../transactions/unknownStore.ts'
import type { Check } from './check.ts'
import { fail, ok, warn } from './finding.ts'
import { heldPayouts, waitingWork } from './store.ts'

// A worker takes up what is due within seconds; a sweep finds what was lost every SKIRO_SWEEP_MS.
const LATE_WARN_S = 30
const LATE_FAIL_S = 300
const COUNTED_MAX = 10_000

/** Whether somebody works: nothing that is due waits for long. */
export const work: Check = {
  name: 'work',
  needs_database: true,
  async run({ ctx }) {
    const waiting = await waitingWork(ctx.db, COUNTED_MAX)
    const late = waiting.filter(({ seconds }) => seconds >= LATE_WARN_S)
    if (late.length === 0) return [ok('work', 'Nothing that is due waits.')]
    return late.map(({ work, seconds, rows }) => {
      const verdict = seconds >= LATE_FAIL_S ? fail : warn
      const count = Number(rows) >= COUNTED_MAX ? `${COUNTED_MAX} or more` : `${rows}`
      return verdict(
        'work',
        `Due ${work} that nobody takes: ${count}, the oldest for ${Math.floor(seconds)} s.`,
        'Start `skiro-server work`, or more of it; look into its log for "background work failed".',
      )
    })
  },
}

/** Charges that need a person. */
export const unknownCharges: Check = {
  name: 'unknown charges',
  needs_database: true,
  async run({ ctx }) {
    const charges = await listUnknown(ctx.db, COUNTED_MAX)
    const [oldest] = charges
    if (!oldest) return [ok('unknown charges', 'The acquirer has said what became of every call.')]
    return [
      fail(
        'unknown charges',
        `Charges that nobody knows what became of: ${charges.length}, the first is ${oldest.id}, ${oldest.state} at ${oldest.acquirer}.`,
        'Look at `skiro-server transaction unknown`, then see "A charge that nobody knows" in docs/operations.md.',
      ),
    ]
  },
}

/** Payouts that wait for funds or for a person. */
export const held: Check = {
  name: 'held payouts',
  needs_database: true,
  async run({ ctx }) {
    const rows = await heldPayouts(ctx.db)
    if (rows.length === 0) return [ok('held payouts', 'No payout is held.')]
    return rows.map(({ livemode, asset, reason, payouts, hours }) =>
      warn(
        'held payouts',
        `Payouts of ${asset} held in ${livemode ? 'live' : 'test'} mode (${reason}): ${payouts}, the oldest for ${hours} h.`,
        'See "What can wait, and why" in docs/operations.md.',
      ),
    )
  },
}
