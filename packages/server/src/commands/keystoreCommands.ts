import { text as textOf } from 'node:stream/consumers'
import type { Hex } from 'viem'
import { keystorePassphrase } from '../config.ts'
import { SkiroError } from '../lib/errors.ts'
import { Secret } from '../lib/secrets.ts'
import { defineCommand, type Outcome } from './command.ts'

const FILE = { type: 'string', required: true, value: '<path>', help: 'the keystore' } as const
const PASSPHRASE = {
  type: 'string',
  value: '<path>',
  help: 'file with the passphrase; else SKIRO_KEYSTORE_PASSPHRASE, else standard input',
} as const

export const keystoreCreate = defineCommand({
  name: 'keystore create',
  summary: 'make a new key for the hot wallet, in an encrypted file',
  details:
    'The file is never overwritten. Keep copies of it and of its passphrase, apart from each other: nothing else opens it.',
  example: 'keystore create --file hot.keystore --passphrase-file hot.passphrase',
  options: { file: FILE, 'passphrase-file': PASSPHRASE },
  run: async (values) =>
    await plainly(async () => {
      const { generatePrivateKey } = await import('viem/accounts')
      return await write(values, new Secret(generatePrivateKey()))
    }),
})

export const keystoreImport = defineCommand({
  name: 'keystore import',
  summary: 'put a key that exists into an encrypted file',
  details:
    'Reads the key, 0x and 64 hex digits, from a file that only its owner may read. Delete that file then.',
  example: 'keystore import --file hot.keystore --key-file key.hex --passphrase-file hot.passphrase',
  options: {
    file: FILE,
    'key-file': { type: 'string', required: true, value: '<path>', help: 'the private key in plain text' },
    'passphrase-file': PASSPHRASE,
  },
  run: async (values) =>
    await plainly(async () => {
      const { readPrivate } = await import('../adapters/signers/keystore/files.ts')
      return await write(values, new Secret((await readPrivate(values['key-file'], 'key file')).trim()))
    }),
})

export const keystoreShowAddress = defineCommand({
  name: 'keystore show-address',
  summary: 'the address of the key in an encrypted file',
  details: 'Needs no passphrase, and does not check one.',
  example: 'keystore show-address --file hot.keystore',
  options: { file: FILE },
  run: async ({ file }) =>
    await plainly(async () => {
      const { readKeystore } = await import('../adapters/signers/keystore/files.ts')
      return await shown(file, (await readKeystore(file)).public_key)
    }),
})

async function write(
  { file, 'passphrase-file': path }: { file: string; 'passphrase-file': string | undefined },
  key: Secret,
): Promise<Outcome> {
  const [{ publicKeyOf, sealKey }, { firstLine, readPassphrase, writeKeystore }] = await Promise.all([
    import('../adapters/signers/keystore/format.ts'),
    import('../adapters/signers/keystore/files.ts'),
  ])
  publicKeyOf(key)
  const passphrase =
    path === undefined
      ? (keystorePassphrase() ?? firstLine(await textOf(process.stdin), 'standard input'))
      : await readPassphrase(path)
  const keystore = await sealKey(key, passphrase)
  await writeKeystore(file, keystore)
  return await shown(file, keystore.public_key)
}

async function shown(file: string, public_key: string): Promise<Outcome> {
  const { publicKeyToAddress } = await import('viem/accounts')
  const address = publicKeyToAddress(public_key as Hex)
  return { json: { object: 'keystore', file, address, public_key }, text: `${address}\n` }
}

/** What is wrong with a file is for the operator to mend: words, no stack. */
async function plainly(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    throw new SkiroError('invalid_request', { message: (error as Error).message, cause: error })
  }
}
