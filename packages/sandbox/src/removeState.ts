import { rmSync } from 'node:fs'
import { removeCluster } from './postgres/cluster.ts'
import type { StatePaths } from './state.ts'

/** Removes all that the sandbox keeps, and nothing else that may lie in its folder. The lock stays. */
export function removeState(paths: StatePaths): void {
  removeCluster(paths.postgres)
  const { dir: _dir, lock: _lock, postgres: _postgres, ...kept } = paths
  for (const path of Object.values(kept)) rmSync(path, { recursive: true, force: true })
  for (const log of [paths.gateway_log, paths.postgres_log]) rmSync(`${log}.old`, { force: true })
}
