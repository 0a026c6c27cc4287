/** Assets that the simulated exchanges trade. */
export type Asset = 'USD' | 'EUR' | 'GBP' | 'CAD' | 'AUD' | 'USDT' | 'USDC' | 'BTC' | 'ETH'

/** Dollar values are integers scaled by 10¹². */
export const VALUE_SCALE = 10n ** 12n

/** `usd`: dollars per unit, scaled by VALUE_SCALE. `wander_ppm`: the most that it ever strays from that. */
const ASSETS: Record<Asset, { readonly usd: bigint; readonly wander_ppm: number }> = {
  USD: { usd: VALUE_SCALE, wander_ppm: 0 },
  EUR: { usd: 1_090_000_000_000n, wander_ppm: 2_000 },
  GBP: { usd: 1_270_000_000_000n, wander_ppm: 2_000 },
  CAD: { usd: 729_927_007_299n, wander_ppm: 2_000 },
  AUD: { usd: 660_000_000_000n, wander_ppm: 2_000 },
  USDT: { usd: VALUE_SCALE, wander_ppm: 400 },
  USDC: { usd: VALUE_SCALE, wander_ppm: 200 },
  BTC: { usd: 96_000n * VALUE_SCALE, wander_ppm: 10_000 },
  ETH: { usd: 3_400n * VALUE_SCALE, wander_ppm: 12_000 },
}

/** Period in milliseconds and share of the whole movement, per mille: small ripples on slow swells. */
const WAVES = [
  { period_ms: 2_000, share: 2 },
  { period_ms: 16_000, share: 8 },
  { period_ms: 128_000, share: 40 },
  { period_ms: 1_024_000, share: 200 },
  { period_ms: 8_192_000, share: 750 },
] as const

/** A 32-bit hash of text (FNV-1a, then the finaliser of MurmurHash3), so that every run is repeatable. */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A whole number from -1,000,000 to 1,000,000 that depends on `text` only. */
function signedMillionth(text: string): number {
  return (hash(text) % 2_000_001) - 1_000_000
}

/**
 * Dollars per unit of `asset` at `at_ms`, scaled by VALUE_SCALE. A pure function of seed and time: smoothed random
 * steps at five speeds. So it never runs away, needs no state, and goes on where it was after a restart.
 */
export function usdValue(seed: string, asset: Asset, at_ms: number): bigint {
  const { usd, wander_ppm } = ASSETS[asset]
  let movement = 0
  for (const { period_ms, share } of WAVES) {
    const step = Math.floor(at_ms / period_ms)
    const here = signedMillionth(`${seed}:${asset}:${period_ms}:${step}`)
    const next = signedMillionth(`${seed}:${asset}:${period_ms}:${step + 1}`)
    const between = here + Math.trunc(((next - here) * (at_ms - step * period_ms)) / period_ms)
    movement += between * share
  }
  return usd + (usd * BigInt(wander_ppm) * BigInt(movement)) / 10n ** 15n
}
