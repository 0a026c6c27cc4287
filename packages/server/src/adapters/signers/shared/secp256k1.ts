import { secp256k1 } from '@noble/curves/secp256k1'
import { type Hex, hexToBytes, isHex, numberToHex, size } from 'viem'
import type { EcdsaSignature } from '../../signer.ts'

/** @throws TypeError for what is not 32 bytes as 0x-hex */
export function checkDigest(digest: Hex): void {
  if (!isHex(digest) || size(digest) !== 32) throw new TypeError('A digest is 32 bytes as 0x-hex.')
}

/**
 * Turns a DER signature of a KMS into ours: low-s (EIP-2; the other half is the same signature), and the parity that
 * recovers to the key, by trial.
 * @throws Error when it is no signature of this digest by this key
 */
export function fromDer(der: Uint8Array, digest: Hex, public_key: Hex): EcdsaSignature {
  const signature = secp256k1.Signature.fromDER(der).normalizeS()
  const hash = hexToBytes(digest)
  for (const y_parity of [0, 1] as const) {
    const recovered = recover(signature.addRecoveryBit(y_parity), hash)
    if (recovered === public_key) {
      const hex = (n: bigint) => numberToHex(n, { size: 32 })
      return { r: hex(signature.r), s: hex(signature.s), y_parity }
    }
  }
  throw new Error('The signature is not of this digest by this key.')
}

function recover(signature: InstanceType<typeof secp256k1.Signature>, hash: Uint8Array): Hex | null {
  try {
    return `0x${signature.recoverPublicKey(hash).toHex(false)}`
  } catch {
    return null
  }
}
