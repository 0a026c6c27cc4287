import { type Hex, keccak256 } from 'viem'
import type { DigestSigner, EcdsaSignature, Signer, SigningRequest } from '../signer.ts'

const evmDigests = ({ unsigned }: SigningRequest): Hex[] => [keccak256(unsigned)]

/**
 * For tests alone: signs whatever it is handed, without a rule. Chain adapters are tested with it, and it is the control
 * that shows what the guarded signer refuses.
 */
export function createOpenSigner(key: DigestSigner, digestsOf = evmDigests): Signer {
  return {
    id: key.id,
    publicKey: () => key.publicKey(),
    review: async () => {},
    async signTransaction(request) {
      const signatures: EcdsaSignature[] = []
      for (const digest of digestsOf(request)) signatures.push(await key.signDigest(digest))
      return signatures
    },
  }
}
