import { openDb } from '../../packages/server/src/db/sql.ts'
import type { World } from '../../test/support/world.ts'
import type { LoadResult } from '../load/protocol.ts'

export const ROUND_S = 5
const ROUNDS = 3

type Sides = {
  create(): Promise<LoadResult>
  /** The peer. `run` differs each time. */
  insert(run: number, seconds: number): Promise<number>
}

/** Gateway and peer in turns on one database, with a checkpoint before each: what slows one down slows the other. */
export async function inTurns(
  world: World,
  { create, insert }: Sides,
  say: (line: string) => void,
  first_run = 1,
): Promise<{ creates: LoadResult[]; inserts: number[] }> {
  const creates: LoadResult[] = []
  const inserts: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await calm(world)
    const result = await create()
    creates.push(result)
    await calm(world)
    const rate = await insert(first_run + round, ROUND_S)
    inserts.push(rate)
    say(
      `round ${round + 1} of ${ROUNDS}: ${Math.round(result.per_second)} creates/s, ${Math.round(rate)} inserts/s`,
    )
  }
  return { creates, inserts }
}

/** Puts both sides before the same start: nothing left to write from the round before. */
async function calm(world: World): Promise<void> {
  // Without the pool's time limit: on a slow disk a checkpoint takes its time.
  const db = openDb(world.database.url, { max: 1 })
  await db.query('set statement_timeout = 0')
  await db.query('checkpoint')
  await db.pool.end()
}
