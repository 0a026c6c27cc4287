/**
 * Which part of a list is wanted, newest first: `limit` rows after the first `offset`; or, when an id is given, the rows
 * next to it on its older or its newer side, and then `offset` is 0. At most one of the two ids is set.
 */
export type Slice = {
  readonly page: number
  readonly limit: number
  readonly offset: number
  readonly older_than: string | null
  readonly newer_than: string | null
}

/**
 * What is shown of rows that were read one over `limit`, newest first, to see whether more follow: older ones, or newer
 * ones when the slice reads that way.
 */
export function cutToSlice<T>(rows: readonly T[], slice: Slice): { rows: T[]; has_more: boolean } {
  const over = rows.length - slice.limit
  if (over <= 0) return { rows: [...rows], has_more: false }
  return { rows: slice.newer_than === null ? rows.slice(0, -over) : rows.slice(over), has_more: true }
}
