import assert from 'node:assert/strict'
import { formatDecimal, parseDecimal } from '../../packages/server/src/lib/money.ts'

type Leaf = { readonly path: readonly string[]; readonly value: unknown }

/** Every leaf of a JSON value, with its path. */
export function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

/** The same JSON value with another leaf at that path. */
export function changeLeaf(tree: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined || typeof tree !== 'object' || tree === null) return leaf
  const entries = Object.entries(tree).map(
    ([k, v]) => [k, k === key ? changeLeaf(v, rest, leaf) : v] as const,
  )
  return Array.isArray(tree) ? entries.map(([, v]) => v) : Object.fromEntries(entries)
}

/** Numbers that a receipt computes, and the amount it starts from. Orders of the venues and limits are its inputs. */
const FIGURE =
  /^quote\.(?:from\.amount|median|venues\.\d+\.rate|venues\.\d+\.legs\.\d+\.(?:spread_bps|spent|got))$|^conversion\.(?:\w+\.amount|\w+_bps|mid_rate|rate)$/

type Figure = { path: readonly string[]; off: (string | number)[] }

/** Each figure with what is one unit below and above it: of the currency's smallest unit, of 10⁻¹⁸ for rates. */
export function figuresOf(receipt: unknown): Figure[] {
  return leavesOf(receipt).flatMap(({ path, value }): Figure[] => {
    if (value === null || !FIGURE.test(path.join('.'))) return []
    if (typeof value === 'number') return [{ path, off: value > 0 ? [value - 1, value + 1] : [value + 1] }]
    assert.ok(typeof value === 'string')
    const decimals = path.at(-1) === 'amount' ? (value.split('.')[1]?.length ?? 0) : 18
    const units = parseDecimal(value, decimals) ?? 0n
    const off = units > 0n ? [units - 1n, units + 1n] : [units + 1n]
    return [{ path, off: off.map((unit) => tidy(formatDecimal(unit, decimals), path)) }]
  })
}

const tidy = (text: string, path: readonly string[]) =>
  path.at(-1) === 'amount' ? text : text.replace(/\.?0+$/, '')
