import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../packages/sandbox/src/postgres.ts'
import { makeTemplate } from '../test/support/makeTemplate.ts'
import { startWorld, type World } from '../test/support/world.ts'

/**
 * The tests' world on a PostgreSQL of its own with the sandbox's settings: fsync and synchronous commit on.
 * Everything stands in a temporary folder and is gone after `stop`.
 */
export async function startBenchWorld(): Promise<{ world: World; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-bench-'))
  const postgres = await startPostgres({ dir: join(folder, 'postgres') })
  const end = async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await makeTemplate(postgres)
    const world = await startWorld()
    let stopping: Promise<void> | null = null
    const stopAll = async () => {
      try {
        await world.stop()
      } finally {
        await end()
      }
    }
    return { world, stop: () => (stopping ??= stopAll()) }
  } catch (error) {
    await end()
    throw error
  }
}
