import { privateKeyToAccount, publicKeyToAddress, sign } from 'viem/accounts'
import type { Hex } from 'viem'
import type { DigestSigner } from '../signer.ts'
import { checkDigest } from './shared/secp256k1.ts'

/**
 * A key that is held in this process. For sandboxes and small treasuries: whoever reads the process's memory has the
 * key. It stays in a closure: it shows in no inspection, JSON or error message. Repeatable: RFC 6979.
 * @param privateKey secp256k1 scalar, 32 bytes as 0x-hex.
 * @throws Error when it is not one, without quoting it.
 */
export function createLocalSigner(privateKey: Hex): DigestSigner {
  const publicKey = derivePublicKey(privateKey)
  return Object.freeze<DigestSigner>({
    id: `local:${publicKeyToAddress(publicKey)}`,
    publicKey: async () => publicKey,
    signDigest: async (digest) => {
      checkDigest(digest)
      // RFC 6979 nonces and low-s are what this library does unless told otherwise; the tests hold it to that.
      const { r, s, yParity } = await sign({ hash: digest, privateKey, to: 'object' })
      return { r, s, y_parity: yParity === 1 ? 1 : 0 }
    },
  })
}

function derivePublicKey(privateKey: Hex): Hex {
  try {
    return privateKeyToAccount(privateKey).publicKey
  } catch {
    // The library's own message quotes its input.
    throw new Error('The wallet key is not a valid secp256k1 private key (32 bytes as 0x-hex).')
  }
}
