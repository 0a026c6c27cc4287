import { openDb } from '../../packages/server/src/db/sql.ts'
import type { World } from '../../test/support/world.ts'
import type { LoadResult } from '../load/protocol.ts'

const ROUND_S = 2
/** Not counted: each side has stood still while the others ran. */
const LEAD_IN_S = 1

type Sides = {
  create(seconds: number): Promise<LoadResult>
  /** Left out where only creates are of interest. */
  retrieve?(seconds: number): Promise<LoadResult>
  /** The peer's rows per second. `run` differs each time. */
  insert(run: number, seconds: number): Promise<number>
}

export type Round = {
  readonly lead_in: LoadResult
  readonly create: LoadResult
  readonly retrieve: LoadResult | null
  readonly inserts_per_s: number
}

/**
 * Gateway and peer in turns on one database, with a checkpoint before each: what slows one down slows the others. The
 * speed of a shared machine changes within seconds: so rounds are short and many, and a ratio is taken within one.
 */
export async function inTurns(
  world: World,
  { create, retrieve, insert }: Sides,
  say: (line: string) => void,
  { count, first_run = 1 }: { count: number; first_run?: number },
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round < count; round++) {
    await calm(world)
    const lead_in = await create(LEAD_IN_S)
    const created = await create(ROUND_S)
    await retrieve?.(LEAD_IN_S)
    const retrieved = (await retrieve?.(ROUND_S)) ?? null
    await calm(world)
    await insert(first_run + count + round, LEAD_IN_S)
    const inserts_per_s = await insert(first_run + round, ROUND_S)
    rounds.push({ lead_in, create: created, retrieve: retrieved, inserts_per_s })
    const rates = [created.per_second, inserts_per_s, retrieved?.per_second ?? 0].map(Math.round)
    say(
      `round ${round + 1} of ${count}: ${rates[0]} creates/s, ${rates[1]} inserts/s` +
        (retrieved ? `, ${rates[2]} retrieves/s` : ''),
    )
  }
  return rounds
}

/** Puts all sides before the same start: nothing left to write from the round before. */
async function calm(world: World): Promise<void> {
  // Without the pool's time limit: on a slow disk a checkpoint takes its time.
  const db = openDb(world.database.url, { max: 1 })
  await db.query('set statement_timeout = 0')
  await db.query('checkpoint')
  await db.pool.end()
}
