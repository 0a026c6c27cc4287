import { openDb } from '../../packages/server/src/db/sql.ts'
import type { World } from '../../test/support/world.ts'
import type { LoadResult } from '../load/protocol.ts'

export const ROUND_S = 5
/** Not counted: each side has stood still while the other ran. */
const LEAD_IN_S = 2
const ROUNDS = 3

type Sides = {
  create(seconds: number): Promise<LoadResult>
  /** The peer. `run` differs each time. */
  insert(run: number, seconds: number): Promise<number>
}

/** Gateway and peer in turns on one database, with a checkpoint before each: what slows one down slows the other. */
export async function inTurns(
  world: World,
  { create, insert }: Sides,
  say: (line: string) => void,
  first_run = 1,
): Promise<{ creates: LoadResult[]; lead_ins: LoadResult[]; inserts: number[] }> {
  const creates: LoadResult[] = []
  const lead_ins: LoadResult[] = []
  const inserts: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await calm(world)
    lead_ins.push(await create(LEAD_IN_S))
    const result = await create(ROUND_S)
    creates.push(result)
    await calm(world)
    await insert(first_run + ROUNDS + round, LEAD_IN_S)
    const rate = await insert(first_run + round, ROUND_S)
    inserts.push(rate)
    say(
      `round ${round + 1} of ${ROUNDS}: ${Math.round(result.per_second)} creates/s, ${Math.round(rate)} inserts/s`,
    )
  }
  return { creates, lead_ins, inserts }
}

/** Puts both sides before the same start: nothing left to write from the round before. */
async function calm(world: World): Promise<void> {
  // Without the pool's time limit: on a slow disk a checkpoint takes its time.
  const db = openDb(world.database.url, { max: 1 })
  await db.query('set statement_timeout = 0')
  await db.query('checkpoint')
  await db.pool.end()
}
