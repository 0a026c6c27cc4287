/** Random choices that a seed repeats. */
export type Random = {
  /** A whole number from 0 up to, without, `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T
}

/** The same choices for the same seed (sfc32 by Chris Doty-Humphrey, seeded by FNV-1a). */
export function randomFrom(seed: string): Random {
  let [a, b, c, d] = [hash(seed, 1), hash(seed, 2), hash(seed, 3), 1]
  const next = (): number => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 12; i++) next()
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('nothing to pick from')
      return list[Math.floor(next() * list.length)] as T
    },
  }
}

function hash(text: string, salt: number): number {
  let sum = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum
}

/** The text with `part` put in place of `cut` characters somewhere. */
export function splice(random: Random, text: string, part: string, cut: number): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + part + text.slice(at + cut)
}
