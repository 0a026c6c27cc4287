import { type Asset, hash, usdValue, VALUE_SCALE } from './market.ts'

/** A market as its exchange lists it. `tick_decimals`: finest price step. */
export type Pair = {
  readonly symbol: string
  readonly base: Asset
  readonly quote: Asset
  readonly tick_decimals: number
}

/** How one exchange's books look beside another's. */
export type Style = {
  readonly offset_ppm: number
  readonly half_spread_ppm: number
  readonly level_usd: bigint
}

/** Faults that show in the prices. */
export type Distortion = { readonly shift_ppm: number; readonly extra_half_spread_ppm: number }

/** `price` has the pair's tick decimals, `size` has SIZE_DECIMALS. `age_ms`: since the level last changed. */
export type Level = { readonly price: bigint; readonly size: bigint; readonly age_ms: number }
export type Book = { readonly asks: readonly Level[]; readonly bids: readonly Level[] }

export const SIZE_DECIMALS = 8
export const LEVELS = 100

const MILLION = 1_000_000n
/** Canadian and Australian dollars trade little: wide and shallow, as on the real exchanges. */
const THIN: readonly Asset[] = ['CAD', 'AUD']

/** The book of `pair` on a venue at `at_ms`: LEVELS levels each side, best first, never crossed. */
export function makeBook(
  seed: string,
  venue: string,
  pair: Pair,
  style: Style,
  distortion: Distortion,
  at_ms: number,
): Book {
  const thin = THIN.includes(pair.base) || THIN.includes(pair.quote)
  const base_usd = usdValue(seed, pair.base, at_ms)
  const tick = 10n ** BigInt(pair.tick_decimals)
  const own_ppm = (hash(`${seed}:${venue}:${pair.symbol}`) % 101) - 50
  const centre_ppm = BigInt(1_000_000 + style.offset_ppm + own_ppm + distortion.shift_ppm)
  const half = style.half_spread_ppm * (thin ? 4 : 1) + distortion.extra_half_spread_ppm
  const step = thin ? 40 : 10
  const level_usd = thin ? style.level_usd / 10n : style.level_usd
  const second = Math.floor(at_ms / 1000)

  const side = (name: 'ask' | 'bid'): Level[] => {
    const up = name === 'ask'
    const levels: Level[] = []
    for (let i = 0; i < LEVELS; i++) {
      const draw = hash(`${seed}:${venue}:${pair.symbol}:${name}:${i}:${second}`)
      const away = BigInt(half + i * step + (draw % step))
      const numerator = base_usd * tick * centre_ppm * (up ? MILLION + away : MILLION - away)
      const denominator = usdValue(seed, pair.quote, at_ms) * MILLION * MILLION
      let price = numerator / denominator + (up ? 1n : 0n)
      const last = levels.at(-1)
      if (last && up && price <= last.price) price = last.price + 1n
      if (last && !up && price >= last.price) price = last.price - 1n
      const usd = (level_usd * BigInt(40 + (draw % 160)) * BigInt(4 + i)) / 400n
      const size = (usd * VALUE_SCALE * 10n ** BigInt(SIZE_DECIMALS)) / base_usd
      levels.push({ price, size, age_ms: i === 0 ? draw % 300 : draw % 4000 })
    }
    return levels
  }
  return { asks: side('ask'), bids: side('bid') }
}

/** `123450n, 5` → `1.23450`. */
export function decimal(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
