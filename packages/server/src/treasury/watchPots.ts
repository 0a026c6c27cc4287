import type { Context } from '../context.ts'
import { ProviderError } from '../lib/errors.ts'
import { toDecimalString } from '../lib/money.ts'
import { monotonicMs } from '../lib/clock.ts'
import { settingsOf } from './desk.ts'
import type { TreasuryPorts } from './ports.ts'

/** A wallet that stays low is told of again after this. */
const REMIND_MS = 600_000

/** Reads the wallets that have a threshold and says which are too low or too full. */
export function createPotWatch(ctx: Context, ports: TreasuryPorts) {
  const told = new Map<string, number>()
  return async (livemode: boolean): Promise<void> => {
    for (const { network, asset, alarm, max } of settingsOf(ctx.config, livemode)?.pots ?? []) {
      const key = { livemode, network, asset }
      await ports.refreshPot(key).catch((error: unknown) => {
        if (!(error instanceof ProviderError)) throw error
      })
      const pot = await ports.findPot(ctx.db, key)
      if (!pot?.read_at) continue
      const is_low = alarm !== null && pot.free < alarm
      const name = `${livemode} ${network} ${asset}`
      const text = (amount: bigint) => toDecimalString({ amount, asset })
      if (!is_low && told.delete(name))
        ctx.log.info({ ...key, free: text(pot.free) }, 'the treasury is filled again')
      if (!is_low && (max === null || pot.free <= max)) continue
      const last = told.get(name)
      if (last !== undefined && monotonicMs() - last < REMIND_MS) continue
      told.set(name, monotonicMs())
      const state = { ...key, balance: text(pot.balance), promised: text(pot.promised), free: text(pot.free) }
      if (is_low) ctx.log.error({ ...state, alarm: text(alarm) }, 'the treasury is below its alarm')
      else
        ctx.log.warn({ ...state, max: max === null ? null : text(max) }, 'a wallet holds more than it should')
    }
  }
}
