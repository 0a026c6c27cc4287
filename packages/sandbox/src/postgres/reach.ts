import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Account } from './account.ts'

/** How a child process of another account gets into a folder. */
export type Way = 'path' | 'descriptor'

/** A folder as the child names it, with the descriptor to hand over as its descriptor 3, if any. */
export interface Reached {
  path: string
  stdio: number[]
  close: () => void
}

/**
 * Finds a way for `account` into `folder`, which it owns, null when there is none.
 *
 * By its path, when every folder above lets the account pass. Else by descriptor: root opens the folder and
 * the child inherits it open, and `/proc/self/fd/3` leads straight into it (proc_pid_fd(5)) without a look at
 * the folders above, so that none of them has to be opened to others and no capability is needed.
 */
export function reach(folder: string, account: Account | null, ways: readonly Way[]): Reached | null {
  if (account === null) return { path: folder, stdio: [], close: () => undefined }
  if (ways.includes('path') && enters(folder, account, [])) {
    return { path: folder, stdio: [], close: () => undefined }
  }
  if (!ways.includes('descriptor')) return null
  const handle = openSync(folder, 'r')
  if (enters('/proc/self/fd/3', account, [handle])) {
    return { path: '/proc/self/fd/3', stdio: [handle], close: () => closeSync(handle) }
  }
  closeSync(handle)
  return null
}

function enters(path: string, account: Account, stdio: number[]): boolean {
  const test = spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', path], {
    ...account,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', ...stdio],
  })
  return test.status === 0
}
