import { ProviderError } from '../lib/errors.ts'

/**
 * Signs transactions that pay an order. It is handed the unsigned transaction, reads out of it what it would do, holds
 * that against the order and its own rules, and computes the digest itself: nobody can have a digest signed. Chain code
 * never sees a private key, so that a KMS or a process of its own can take this place.
 */
export interface Signer {
  readonly id: string
  /** Uncompressed secp256k1 public key, 0x-hex, 65 bytes. Needs no secret. */
  publicKey(): Promise<`0x${string}`>
  /**
   * Whether an order would be signed as things are: kill switch, addresses, caps. Asked before the order takes a nonce:
   * one that is refused after that leaves a gap which nothing behind it can pass. Signs and counts nothing.
   * @throws SigningRefused, ProviderError as `signTransaction` does
   */
  review(request: Pick<SigningRequest, 'network' | 'order'>): Promise<void>
  /**
   * One signature per digest of the transaction: one for EVM, one per input for Bitcoin, in their order. Each is low-s
   * (EIP-2). Asked again for the same order, it signs again: not counted twice, and not always with the same bytes (a
   * KMS draws its nonces), so the bytes that were stored first are the ones that count.
   * @throws SigningRefused it will not sign this; nothing was signed
   * @throws ProviderError `unavailable` or `unknown`: ask again later
   */
  signTransaction(request: SigningRequest): Promise<readonly EcdsaSignature[]>
}

/** Holds one key and signs whatever digest it is given. Only a guarded signer is handed one. */
export interface DigestSigner {
  readonly id: string
  publicKey(): Promise<`0x${string}`>
  /**
   * Signs a 32-byte digest (0x-hex); low-s.
   * @throws ProviderError when the key cannot be used now
   */
  signDigest(digest: `0x${string}`): Promise<EcdsaSignature>
}

export type EcdsaSignature = {
  readonly r: `0x${string}`
  readonly s: `0x${string}`
  readonly y_parity: 0 | 1
}

export type SigningRequest = {
  /** The merchant's word for it; the signer's own rules say which chain that is. */
  readonly network: string
  /** The unsigned transaction as its network serialises it, 0x-hex. */
  readonly unsigned: `0x${string}`
  /** Bitcoin only: what each input holds, in satoshi, in the order of the inputs. */
  readonly input_amounts?: readonly bigint[]
  readonly order: SigningOrder
}

/**
 * Why money leaves. No payments: the transaction cancels this order and pays nobody. A higher fee for the same payments
 * is the same order.
 */
export type SigningOrder = { readonly id: string; readonly payments: readonly SigningPayment[] }

/** `amount` in minor units of `asset`. */
export type SigningPayment = PayeeProof & {
  readonly asset: string
  readonly to: string
  readonly amount: bigint
}

/** Says that this merchant wants to be paid at this address: see lib/addressMac.ts. */
export type PayeeProof = {
  readonly merchant_id: string
  readonly livemode: boolean
  /** Hex; null: the address was never vouched for. */
  readonly mac: string | null
}

export const REFUSALS = [
  /** The kill switch is on. */
  'stopped',
  /** Not a transfer that the signer knows how to read, or of a chain, token or contract that is not on its list. */
  'not_allowed',
  /** The transaction does not do what the order says. */
  'other_payments',
  /** The address carries no MAC, or one of something else. */
  'address_not_proven',
  /** This order, or this nonce, was signed before for something else. */
  'signed_before',
  'over_transaction_cap',
  'over_hour_cap',
  'over_day_cap',
  'over_fee_cap',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** The signer said no. Nothing was signed; what it said no to stays unsigned until a person changes something. */
export class SigningRefused extends ProviderError {
  override name = 'SigningRefused'
  readonly reason: Refusal
  /** Index of the payment that it is about, when it is about one. The others may be ordered without it. */
  readonly payment: number | null

  constructor(reason: Refusal, message: string, payment: number | null = null) {
    super('signer', 'refused', message)
    this.reason = reason
    this.payment = payment
  }
}

/**
 * How the transactions of one family of chains are read. One implementation per family: the guard knows no chain.
 * `read` throws SigningRefused `not_allowed` for everything that is not a transfer it knows.
 */
export interface TransactionShape {
  /** @param wallet the signer's uncompressed public key, 0x-hex: change and cancellations go to its address */
  read(request: SigningRequest, wallet: `0x${string}`): TransactionReading
}

/** What a transaction would do if it were signed and sent. */
export type TransactionReading = {
  /** Empty: it moves nothing but our own coins to ourselves. */
  readonly payments: readonly { readonly asset: string; readonly to: string; readonly amount: bigint }[]
  /**
   * What it uses up and can be used up only once: the nonce, or the outpoints of its inputs. Two transactions that share
   * one exclude each other.
   */
  readonly slots: readonly string[]
  /** Where slots are coins: what each of them is said to hold. Nobody may say two things about one. */
  readonly coins?: readonly { readonly slot: string; readonly amount: bigint }[]
  /** The most that it can cost, in the smallest unit of `coin`. */
  readonly fee: bigint
  readonly coin: string
  /** What is to be signed, 32 bytes each, 0x-hex. */
  readonly digests: readonly `0x${string}`[]
}
