import type { Context } from '../../context.ts'
import { sleep } from '../../lib/clock.ts'
import { SEALED_COLUMNS } from './columns.ts'
import { rewrapColumn } from './rewrapColumn.ts'

const PART_ROWS = 1000
const PASSES_MAX = 10
const PAUSE_MS = 500

/**
 * Puts everything that is sealed under the current key, while `serve` and `work` run. Looks again until a pass has found
 * nothing to do, because what somebody was changing at that moment is left to the next pass. Returns how many values
 * it has rewrapped; what is left is for `countKeys` to say.
 */
export async function rewrapAll(ctx: Pick<Context, 'db' | 'config' | 'log'>): Promise<number> {
  let rewrapped = 0
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    if (pass > 0) await sleep(PAUSE_MS)
    let [before, skipped] = [rewrapped, 0]
    for (const column of SEALED_COLUMNS) {
      const name = `${column.table}.${column.column}`
      const done = await rewrapColumn(ctx, column, PART_ROWS, (part) => {
        rewrapped += part
        if (part > 0) ctx.log.info({ column: name, rewrapped }, 'rewrapping')
      })
      skipped += done.skipped
    }
    if (rewrapped === before && skipped === 0) break
  }
  return rewrapped
}
