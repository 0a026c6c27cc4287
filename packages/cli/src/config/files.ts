import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { CliError, EXIT } from '../exit.ts'

/** The JSON of a file; null when there is none. @throws CliError when it is not JSON or cannot be read. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    const why = error instanceof SyntaxError ? 'is not JSON' : (error as Error).message
    throw new CliError(EXIT.unexpected, 'unreadable_file', `${path}: ${why}`, 'Mend or remove that file.')
  }
}

/**
 * Writes JSON that only its owner may read (mode 0600, in a folder of mode 0700), whole or not at all, and on disk when
 * it returns: a power cut leaves the old file or the new one.
 */
export function writePrivateJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.tmp`
  const file = openSync(draft, 'w', 0o600)
  try {
    // The umask may have taken rights, but an older draft may have had more.
    chmodSync(draft, 0o600)
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
