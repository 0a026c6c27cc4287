import type { Context } from '../../context.ts'
import type { KeyRing } from '../../lib/keyRing.ts'
import { sealedBy } from '../../lib/seal.ts'
import { SEALED_COLUMNS, type SealedColumn } from './columns.ts'
import { type HeadCount, countHeads } from './store.ts'

/** How the settings know a key. `unnamed`: the value is of the first format, which does not say which key sealed it. */
export type Standing = 'current' | 'other' | 'missing' | 'unnamed'

/** How many values of a column a key has sealed. */
export type KeyCount = {
  /** Null: the values do not say. */
  readonly key: string | null
  readonly standing: Standing
  readonly column: string
  readonly values: number
}

/** What each key still seals, in all columns. */
export async function countKeys(ctx: Pick<Context, 'db' | 'config'>): Promise<KeyCount[]> {
  const counts: KeyCount[] = []
  for (const column of SEALED_COLUMNS)
    counts.push(...namedCounts(column, await countHeads(ctx.db, column), ctx.config.key_encryption_keys))
  return counts
}

/** Counts with the names of keys and columns. */
export function namedCounts(
  { table, column }: SealedColumn,
  heads: readonly HeadCount[],
  ring: KeyRing,
): KeyCount[] {
  return heads.map(({ head, values }) => {
    const key = sealedBy(head)
    return { key, standing: standingOf(key, ring), column: `${table}.${column}`, values: Number(values) }
  })
}

function standingOf(key: string | null, ring: KeyRing): Standing {
  if (key === null) return 'unnamed'
  if (key === ring.current.id) return 'current'
  return ring.find(key) ? 'other' : 'missing'
}
