import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, randomFrom } from '../fuzz/random.ts'
import { type World, startWorld } from '../support/world.ts'
import { BLOCKS_TO_FINAL, type Blocks, startBlocks } from './blocks.ts'
import { type FaultyProxy, faultyProxy } from './faultyProxy.ts'
import type { ChaosOptions } from './options.ts'
import { type OwnPostgres, startOwnPostgres } from './ownPostgres.ts'

/** What happened to the world outside so far. */
export type Troubles = {
  postgres_stops: number
  wipes: number
  wiped: number
  rollbacks: number
  undone: number
}

/** All that takes part but the processes that are killed. */
export type Stage = {
  readonly options: ChaosOptions
  /** For files; gone after `close`. */
  readonly folder: string
  readonly world: World
  readonly postgres: OwnPostgres
  readonly blocks: Blocks
  /** Between the gateways and the chain, and between them and the acquirer. */
  readonly rpc: FaultyProxy
  readonly acquirer: FaultyProxy
  readonly troubles: Troubles
  readonly newRandom: () => Random
  close(): Promise<void>
}

/** Starts PostgreSQL, chain, acquirer and the proxies that lose calls to them. */
export async function setStage(options: ChaosOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-proof-'))
  let draws = 0
  const newRandom = () => randomFrom(`${options.seed} ${draws++}`)
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    const postgres = await startOwnPostgres(join(folder, 'postgres'))
    closers.push(() => postgres.stop())
    const database = { ...postgres, drop: async () => {} }
    const world = await startWorld({ block_time_s: 0, blocks_to_final: BLOCKS_TO_FINAL, database })
    closers.push(() => world.stop())
    const rpc = await faultyProxy(world.chain.rpc_url, newRandom(), options.fault_share)
    closers.push(() => rpc.close())
    const acquirer = await faultyProxy(world.acquirer.url, newRandom(), options.fault_share)
    closers.push(() => acquirer.close())
    const blocks = startBlocks(world, options.block_ms)
    closers.push(() => blocks.stop())
    await blocks.mine(BLOCKS_TO_FINAL)
    const troubles = { postgres_stops: 0, wipes: 0, wiped: 0, rollbacks: 0, undone: 0 }
    return { options, folder, world, postgres, blocks, rpc, acquirer, troubles, newRandom, close }
  } catch (error) {
    await close()
    throw error
  }
}
