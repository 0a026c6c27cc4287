/**
 * Holds keys; signs digests. Chain code never sees a private key, so that a KMS or a process of its own can take this
 * place. Every call names what is being signed, so that a signer with a policy can recompute the digest and refuse.
 */
export interface Signer {
  readonly id: string
  /** Uncompressed secp256k1 public key, 0x-hex, 65 bytes. */
  publicKey(): Promise<`0x${string}`>
  /** Signs a 32-byte digest (0x-hex). Deterministic (RFC 6979), low-s (EIP-2). */
  signDigest(digest: `0x${string}`, context: SigningContext): Promise<EcdsaSignature>
}

export type EcdsaSignature = {
  readonly r: `0x${string}`
  readonly s: `0x${string}`
  readonly y_parity: 0 | 1
}

export type SigningContext = {
  readonly network: string
  readonly asset: string
  readonly to: string
  readonly amount: string
  readonly nonce: string
}
