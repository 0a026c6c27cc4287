import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { type Pot, beginRead, storeBalance } from './store.ts'

/** Reads under way in this process: captures that come together ask the chain once. */
const reading = new WeakMap<Context, Map<string, Promise<void>>>()

/**
 * Reads the pot's balance from the chain, unless that was done a moment ago. Never inside a database transaction. A chain
 * that does not answer changes nothing: the last balance counts until it is too old, for what we promise and pay out
 * ourselves is known without asking.
 */
export async function refreshInventory(ctx: Context, { livemode, network, asset }: Pot): Promise<void> {
  const key = `${livemode} ${network} ${asset}`
  const mine = reading.get(ctx) ?? new Map<string, Promise<void>>()
  reading.set(ctx, mine)
  const earlier = mine.get(key)
  if (earlier) return await earlier
  const read = readPot(ctx, { livemode, network, asset }).finally(() => mine.delete(key))
  mine.set(key, read)
  await read
}

async function readPot(ctx: Context, pot: Pot): Promise<void> {
  const chain = modeOf(ctx, pot)?.chains.get(pot.network)
  if (!chain) return
  const started = await beginRead(ctx.db, pot, ctx.config.inventory.fresh_ms)
  if (!started) return
  try {
    const balance = await chain.balance(pot.asset)
    failpoint('inventory.read')
    await inTransaction(ctx.db, (tx) => storeBalance(tx, pot, balance, started))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    ctx.log.warn({ ...pot, err: error }, 'the treasury could not be read')
  }
}
