import type { Hex } from 'viem'
import { publicKeyToAddress } from 'viem/accounts'
import { ProviderError } from '../../../lib/errors.ts'
import type { Secret } from '../../../lib/secrets.ts'
import type { DigestSigner } from '../../signer.ts'
import { createLocalSigner } from '../local.ts'
import { readKeystore } from './files.ts'
import { type KeystoreFile, openKey } from './format.ts'

/**
 * A key in an encrypted file. The passphrase is asked for and the file opened at the first signature, which takes a
 * second on purpose; the public key is read without either.
 */
export function createKeystoreSigner(path: string, passphrase: () => Promise<Secret>): DigestSigner {
  let reading: Promise<KeystoreFile> | undefined
  let opening: Promise<DigestSigner> | undefined
  const read = () => (reading ??= readKeystore(path).catch(again(() => (reading = undefined))))
  const unlock = () => (opening ??= openSigner().catch(again(() => (opening = undefined))))

  return Object.freeze<DigestSigner>({
    id: `keystore:${path}`,
    publicKey: async () => (await read()).public_key as Hex,
    signDigest: async (digest) => (await unlock()).signDigest(digest),
  })

  async function openSigner(): Promise<DigestSigner> {
    const keystore = await read()
    const signer = createLocalSigner((await openKey(keystore, await passphrase())).reveal() as Hex)
    const address = publicKeyToAddress(keystore.public_key as Hex)
    if ((await signer.publicKey()) !== keystore.public_key)
      throw new Error(`The keystore says that it holds the key of ${address}, and holds another one.`)
    return signer
  }
}

/** What is wrong with a file may be mended while we run, so a failure is not kept; it reads as a key that is away. */
function again(forget: () => void): (error: unknown) => never {
  return (error) => {
    forget()
    throw new ProviderError('signer', 'unavailable', (error as Error).message, error)
  }
}
