/** More edits than this and it is another word, not a slip. */
const SLIPS_MAX = 2

/** The one of `known` that `typed` was probably meant to be, or null. */
export function closest(typed: string, known: readonly string[]): string | null {
  const near = known
    .map((word) => ({ word, slips: word.startsWith(typed) && typed.length > 1 ? 0.5 : slips(typed, word) }))
    .filter(({ word, slips }) => slips <= Math.min(SLIPS_MAX, word.length / 2))
    .toSorted((a, b) => a.slips - b.slips)
  return near[0]?.word ?? null
}

/** Optimal string alignment distance: letters too many, missing, wrong, or swapped with their neighbour. */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + same,
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return at(a.length, b.length)
}
