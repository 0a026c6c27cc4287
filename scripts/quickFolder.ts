import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const IN_MEMORY = '/dev/shm'
const ROOM_BYTES = 4 * 1024 ** 3

/**
 * Makes a temporary folder in memory where there is room for 4 GB, else in the usual place. A test file's database is a
 * thousand files that come and go: on ext4 each of them is looked for among the inodes that were given up just before.
 */
export async function quickFolder(prefix: string): Promise<string> {
  return await mkdtemp(join((await hasRoom(IN_MEMORY)) ? IN_MEMORY : tmpdir(), prefix))
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize > ROOM_BYTES && (await runsPrograms(folder))
  } catch {
    return false
  }
}

/** Whether files may be made there and run: tests build programs. */
async function runsPrograms(folder: string): Promise<boolean> {
  const made = await mkdtemp(join(folder, 'skiro-try-'))
  try {
    await writeFile(join(made, 'program'), '#!/bin/sh\n', { mode: 0o700 })
    return spawnSync(join(made, 'program')).status === 0
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}
