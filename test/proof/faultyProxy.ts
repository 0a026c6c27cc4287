import type { Random } from '../fuzz/random.ts'
import { type Fate, lossyProxy } from '../sdk/lossyProxy.ts'

/** Longer than the leases of the gateways, so that now and then two of them are at the same row. */
const PAUSE_MAX_MS = 1500

/** Of 100 requests that meet a fault. */
const FATES: readonly (readonly [fate: Fate, share: number])[] = [
  ['lost_before', 30],
  ['lost_after', 30],
  ['late', 20],
  ['twice', 20],
]

/** How many requests met what. */
export type Fates = ReadonlyMap<Fate, number>

export type FaultyProxy = {
  readonly url: string
  /** From now on everything passes. Returns what met those before. */
  calm(): Fates
  /** From now on faults happen again. */
  restless(): void
  close(): Promise<void>
}

/** A proxy in which a share of all requests, 0 to 1, meets a fault that HTTP can have. */
export async function faultyProxy(target: string, random: Random, share: number): Promise<FaultyProxy> {
  let calm = false
  const nextFate = (): Fate => {
    if (calm || !random.chance(share)) return 'passed'
    let roll = random.below(100)
    for (const [fate, of_100] of FATES) {
      if (roll < of_100) return fate
      roll -= of_100
    }
    return 'passed'
  }
  const proxy = await lossyProxy(target, nextFate, () => random.below(PAUSE_MAX_MS))
  return {
    url: proxy.url,
    calm() {
      calm = true
      return new Map(proxy.fates)
    },
    restless: () => void (calm = false),
    close: () => proxy.close(),
  }
}
