import type { Context, Mode } from '../context.ts'
import { modeOf } from '../context.ts'
import { sleep } from '../lib/clock.ts'
import { ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import {
  comparedUpTo,
  holdMode,
  modeHold,
  readIdentity,
  rememberDatabase,
  storeCompared,
} from './guardStore.ts'
import type { PayoutPorts } from './ports.ts'
import { readWallet } from './treasury.ts'

const MODES: readonly Mode[] = ['test', 'live']
const SHOWN = 3
/** An acquirer or a node that does not answer must not keep a worker from starting. */
const START_MS = 5_000
/** Nor from stopping: what it reads changes nothing. */
const STOP_MS = 1_000
/** Sweeps between two comparisons. */
const SWEEPS = 15

/**
 * Compares this database with what no restore takes back: its own identity, the chains and the acquirer's book. Whatever
 * has gone on without it puts the mode, or one wallet, on hold. What does not answer is asked again next time.
 */
export async function compareWithWorld(ctx: Context, ports: PayoutPorts): Promise<void> {
  for (const mode of MODES) {
    const livemode = mode === 'live'
    const adapters = modeOf(ctx, { livemode })
    if (!adapters) continue
    const before = await modeHold(ctx.db, livemode)
    const reason = await rememberDatabase(ctx.db, livemode, await readIdentity(ctx.db))
    if (reason !== before) ctx.log.error({ mode }, `payouts held: ${reason}`)
    const compare = [
      () => compareAcquirer(ctx, ports, livemode, adapters.acquirer.id),
      ...[...adapters.chains.values()].map((chain) => () => readWallet(ctx, chain, livemode)),
    ]
    for (const one of compare) {
      try {
        await one()
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
        ctx.log.warn({ mode, err: error }, 'could not compare the database with the world')
      }
    }
  }
}

/** Money that the acquirer has taken for payments of ours that are not here, or are not that far here. */
async function compareAcquirer(
  ctx: Context,
  ports: PayoutPorts,
  livemode: boolean,
  acquirer: string,
): Promise<void> {
  const after = await comparedUpTo(ctx.db, livemode, acquirer)
  const { last, unknown } = await ports.unknownCaptures(livemode, after)
  failpoint('guard.answered')
  if (unknown.length > 0) {
    const named = unknown.slice(0, SHOWN).join(', ')
    const reason = `the acquirer has captured ${unknown.length} payments that this database does not know: ${named}`
    ctx.log.error({ livemode }, `payouts held: ${reason}`)
    await holdMode(ctx.db, livemode, reason)
  }
  // Also then: once a person has released the mode, the same payments do not hold it again.
  await storeCompared(ctx.db, livemode, acquirer, last)
}

/** Compares before the first payout of this process, and then again and again. */
export async function startGuard(ctx: Context, ports: PayoutPorts): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController()
  const compare = async () => {
    try {
      await compareWithWorld(ctx, ports)
    } catch (err) {
      ctx.log.error({ err }, 'the comparison with the world failed')
    }
  }
  const first = compare()
  await within(START_MS, first)
  const going = (async () => {
    await first
    while (!stopping.signal.aborted) {
      await sleep(ctx.config.sweep_ms * SWEEPS, stopping.signal)
      if (!stopping.signal.aborted) await compare()
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await within(STOP_MS, going)
    },
  }
}

/** Waits for `work`, but no longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const patience = new AbortController()
  await Promise.race([work, sleep(ms, patience.signal)])
  patience.abort()
}
