import { z } from 'zod'
import type { BitcoinContext } from './context.ts'
import { NodeRefusal, satoshi } from './rpc.ts'

/** Satoshi per 1000 vB below which no node relays, whatever ours says. */
const LEAST = 1_000n

const estimated = z.object({ feerate: satoshi.optional() })
const mempool = z.object({ mempoolminfee: satoshi.optional(), incrementalrelayfee: satoshi.optional() })

/** Satoshi per 1000 vB. */
export type FeeRates = {
  /** What a payment should offer now. */
  readonly now: bigint
  /** What a replacement pays for its own way, on top of what it replaces. */
  readonly incremental: bigint
}

/**
 * What the network asks now: the node's estimate, or the configured rate while it has seen too little, and never less
 * than its mempool takes. @throws ProviderError
 */
export async function feeRates(context: BitcoinContext): Promise<FeeRates> {
  const [estimate, pool] = await Promise.all([
    // A node that cannot estimate at all says so with an error.
    unlessRefused(context.rpc('estimatesmartfee', [context.target_blocks, 'CONSERVATIVE'], estimated)),
    unlessRefused(context.rpc('getmempoolinfo', [], mempool)),
  ])
  const now = estimate?.feerate ?? context.fallback_fee_rate
  return {
    now: max(now, pool?.mempoolminfee ?? 0n, LEAST),
    incremental: max(pool?.incrementalrelayfee ?? 0n, LEAST),
  }
}

/** Fee in satoshi of `vsize` vB at `rate` satoshi per 1000 vB, rounded up. */
export function feeOf(vsize: number, rate: bigint): bigint {
  return (BigInt(vsize) * rate + 999n) / 1000n
}

/** The greatest of some amounts. */
export function max(first: bigint, ...others: readonly bigint[]): bigint {
  return others.reduce((most, one) => (one > most ? one : most), first)
}

async function unlessRefused<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof NodeRefusal) return null
    throw error
  }
}
