import { type Hex, keccak256 } from 'viem'
import type { DigestSigner, EcdsaSignature, Signer, SigningRequest } from '../signer.ts'

type Digests = (request: SigningRequest, public_key: Hex) => readonly Hex[]

const evmDigests: Digests = ({ unsigned }) => [keccak256(unsigned)]

/**
 * For tests alone: signs whatever it is handed, without a rule. Chain adapters are tested with it, and it is the control
 * that shows what the guarded signer refuses.
 */
export function createOpenSigner(key: DigestSigner, digestsOf: Digests = evmDigests): Signer {
  return {
    id: key.id,
    publicKey: () => key.publicKey(),
    review: async () => {},
    async signTransaction(request) {
      const signatures: EcdsaSignature[] = []
      for (const digest of digestsOf(request, await key.publicKey()))
        signatures.push(await key.signDigest(digest))
      return signatures
    },
  }
}
