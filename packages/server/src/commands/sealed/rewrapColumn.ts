import type { Context } from '../../context.ts'
import { headOf, rewrap } from '../../lib/seal.ts'
import type { SealedColumn } from './columns.ts'
import { type Part, type SealedRow, readPart, replaceSealed } from './store.ts'

/** `skipped`: changed or being changed by somebody else at that moment. `unopened`: no key of the settings opens them. */
export type Rewrapped = { readonly rewrapped: number; readonly skipped: number; readonly unopened: number }

/**
 * Puts every value of a column under the current key, part by part: each part is one statement, so whatever ends the
 * program in between leaves only whole values, and the next run goes on with what is left.
 */
export async function rewrapColumn(
  ctx: Pick<Context, 'db' | 'config'>,
  column: SealedColumn,
  part_rows: number,
  onPart: (rewrapped: number) => void,
): Promise<Rewrapped> {
  const ring = ctx.config.key_encryption_keys
  const current = headOf(ring.current)
  const sum = { rewrapped: 0, skipped: 0, unopened: 0 }
  let part: Part = { rows: [], last: null }
  do {
    part = await readPart(ctx.db, column, current, part.last, part_rows)
    const changes = part.rows.flatMap((row) => changed(row) ?? [])
    const done = changes.length === 0 ? 0 : await replaceSealed(ctx.db, column, changes)
    sum.rewrapped += done
    sum.skipped += changes.length - done
    sum.unopened += part.rows.length - changes.length
    onPart(done)
  } while (part.last)
  return sum

  function changed({ key, sealed }: SealedRow) {
    try {
      return { key, was: sealed, now: rewrap(sealed, ring, column.context(key)) }
    } catch {
      // Under a key that the settings do not have, or damaged: the count at the end names it.
      return null
    }
  }
}
