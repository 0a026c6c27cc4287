import { linkSync, rmSync } from 'node:fs'
import { isRunning, type ProcessIdentity, processStart } from './processes.ts'
import { readJson, writeJson } from './state.ts'

/** A lock that this program holds. */
export interface Lock {
  /** True when the last holder ended without releasing it. */
  after_crash: boolean
  release: () => void
}

/**
 * Takes the lock `file` for this program, so that one sandbox at a time works on a state folder. Throws when
 * another one that still runs holds it.
 */
export function takeLock(file: string): Lock {
  const last = readJson<ProcessIdentity>(file)
  if (last !== null && isRunning(last)) {
    throw new Error(`The sandbox already runs here, as process ${last.pid}. Stop it first with Ctrl-C.`)
  }
  const own = `${file}.${process.pid}`
  rmSync(file, { force: true })
  writeJson(own, { pid: process.pid, started: processStart(process.pid) ?? '' })
  try {
    // Unlike a rename a link fails when another program was quicker.
    linkSync(own, file)
  } catch (cause) {
    throw new Error('Another sandbox starts here at this moment.', { cause })
  } finally {
    rmSync(own, { force: true })
  }
  return { after_crash: last !== null, release: () => rmSync(file, { force: true }) }
}
