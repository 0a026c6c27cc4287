import { BLOCKS_TO_FINAL } from './blocks.ts'
import { disturb } from './disturb.ts'
import { startFleet } from './fleet.ts'
import type { Failure } from './judge.ts'
import { type How, judgeNaive, naiveSeat, naivelyDone, oweNaively } from './naive.ts'
import type { Stage } from './stage.ts'

/** Twice at most, under faults and without. */
const PATIENCE_SECONDS = 45

/** Naive payout workers under the same faults, on the same chain, judged by the same judge. */
export async function control(stage: Stage, how: How, kills: number): Promise<Failure[]> {
  const { options, world, rpc, blocks, newRandom } = stage
  const owed = await oweNaively(world, how, options.control_payouts)
  rpc.restless()
  const seat = naiveSeat(world, how, rpc.url, world.env.SKIRO_TEST_SIGNER_KEY)
  const seats = Array.from({ length: options.workers }, () => seat)
  const fleet = startFleet(seats, newRandom())
  try {
    await disturb(stage, fleet, kills, Promise.resolve())
    await naivelyDone(world, PATIENCE_SECONDS)
    rpc.calm()
    await naivelyDone(world, PATIENCE_SECONDS)
  } finally {
    await fleet.stop()
  }
  await blocks.mine(BLOCKS_TO_FINAL)
  return await judgeNaive(world, owed)
}
