import { type IdKind, lowestIdAt } from '../lib/ids.ts'
import type { Params } from './params.ts'
import { EVER, type Window } from './window.ts'

/**
 * Ids carry the time of the process that made them, created_at is the database's. As long as the two clocks are this
 * close, what a window holds lies within the ids of its time, made wider by this much on both sides.
 */
export const CLOCKS_APART_MS = 10 * 60_000

/** The condition that rows of `alias` were created within the window: a range of the index by id, then the exact time. */
export function withinWindow({ bind }: Params, alias: string, kind: IdKind, { from, end }: Window): string {
  const parts: string[] = []
  if (from > EVER.from) {
    parts.push(`and ${alias}.id >= ${bind(lowestIdAt(kind, from - CLOCKS_APART_MS))}
      and ${alias}.created_at >= ${bind(new Date(from))}`)
  }
  if (end < EVER.end) {
    parts.push(`and ${alias}.id < ${bind(lowestIdAt(kind, from < end ? end + CLOCKS_APART_MS : 0))}
      and ${alias}.created_at < ${bind(new Date(end))}`)
  }
  return parts.join(' ')
}
