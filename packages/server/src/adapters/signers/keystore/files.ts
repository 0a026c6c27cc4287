import { statSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { Secret } from '../../../lib/secrets.ts'
import { type KeystoreFile, parseKeystore } from './format.ts'

/**
 * Reads a file that only its owner may read.
 * @throws Error for one that group or others may read or write
 */
export async function readPrivate(path: string, what: string): Promise<string> {
  let mode: number
  try {
    mode = statSync(path).mode
  } catch (error) {
    throw new Error(`The ${what} ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  }
  if ((mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8)
    throw new Error(
      `The ${what} ${path} can be read or written by others (mode ${shown}): chmod 600 it first.`,
    )
  }
  return await readFile(path, 'utf8')
}

/** @throws Error that says what is wrong with the file or its permissions */
export async function readKeystore(path: string): Promise<KeystoreFile> {
  return parseKeystore(await readPrivate(path, 'keystore'))
}

/** Writes a new keystore, on disk before it resolves. @throws Error when there is a file already */
export async function writeKeystore(path: string, keystore: KeystoreFile): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`${path} exists. A keystore is never overwritten: it may hold the only copy of a key.`)
  })
  try {
    await file.writeFile(`${JSON.stringify(keystore, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The first line of a file that only its owner may read. @throws Error when it is empty */
export async function readPassphrase(path: string): Promise<Secret> {
  return firstLine(await readPrivate(path, 'passphrase file'), path)
}

/** @throws Error when the first line is empty */
export function firstLine(text: string, from: string): Secret {
  const [line = ''] = text.split(/\r?\n/)
  if (line === '') throw new Error(`The passphrase from ${from} is empty.`)
  return new Secret(line)
}
