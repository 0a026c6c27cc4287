import type { Crypto } from '../lib/money.ts'
import type { PayeeProof, SigningOrder } from './signer.ts'

/**
 * One blockchain network. Adapters know no database: they build, sign, send and read, and the payouts domain decides.
 * Every EVM network is the same adapter with other data.
 */
export interface Chain {
  /** `ethereum`, `base`, … : the merchant's word for it. */
  readonly network: string
  /** Assets payable here. Anything else is refused before a session exists. */
  readonly assets: readonly Crypto[]
  /** Checks form and checksum; returns the canonical spelling, or why not. */
  parseAddress(text: string): AddressVerdict
  /** Address of the hot wallet that pays. */
  walletAddress(): Promise<string>
  /** Transactions of the wallet that the chain has consumed at its head: the next nonce as the chain sees it. */
  chainNonce(): Promise<bigint>
  /** What the wallet holds of `asset`, in minor units, at the head. */
  balance(asset: Crypto): Promise<bigint>
  /** What any address holds of `asset`, in minor units, at the head. */
  balanceOf(asset: Crypto, address: string): Promise<bigint>
  /**
   * Everything of an unsigned transfer but its nonce: fees and gas from the network as it is now.
   * `refused` when a dry run shows that it would revert (paused token, blacklisted payee, no funds), with the reason.
   */
  plan(
    transfer: Transfer,
  ): Promise<{ ok: true; intent: TransferIntent } | { ok: false; reason: HoldReason; detail: string }>
  /**
   * Whether the signer would sign payments to these payees now. Asked before a nonce is taken. Null: it would.
   * @throws ProviderError when it cannot be asked
   */
  review(order: SigningOrder): Promise<{ reason: HoldReason; detail: string; payment: number | null } | null>
  /**
   * Signs, offline but for the signer. The hash is known before anything is sent. Signed again, the bytes may be others
   * (a KMS draws its nonces) and do the same: of one intent and nonce, those that were stored first are sent.
   */
  sign(intent: TransferIntent, nonce: bigint): Promise<SignedTransfer>
  /**
   * Sends stored bytes. `known`: the network has them already. `nonce_used`: this nonce is consumed, by us or by
   * something else: ask for the receipt. Throws ProviderError `unknown` when there was no answer.
   */
  broadcast(raw: string): Promise<'accepted' | 'known' | 'nonce_used' | 'rejected'>
  /** Where a sent transaction stands. Reads only. */
  status(hash: string, expected: Transfer): Promise<TransferStatus>
  /**
   * How the network and the wallet are, for a check of the deployment. Reads only.
   * @throws ProviderError `refused` when the node serves another chain or a configured token is none.
   */
  probe(): Promise<ChainHealth>
  /**
   * Only simulated networks have it. The token refuses this payee: for some seconds from now (`before_sending`, seen by
   * a dry run) or in the block of the next transfer (`after_sending`, seen by its receipt). Once it resolves, it holds.
   */
  refusePayee?(asset: Crypto, address: string, when: 'before_sending' | 'after_sending'): Promise<void>
}

export type ChainHealth = {
  readonly block_number: bigint
  /** When the newest block was made, seconds since the epoch, by the network's own clock. */
  readonly block_time: number
  /** What the wallet holds of the coin that pays for transactions, in that coin's smallest unit. */
  readonly fuel: { readonly coin: string; readonly amount: bigint }
}

export type Transfer = { readonly asset: Crypto; readonly to: string; readonly amount: bigint }

/** All fields of the transaction but the nonce. JSON-safe: numbers as decimal strings. Stored before signing. */
export type TransferIntent = Transfer & {
  readonly fields: Readonly<Record<string, string>>
  /** Whose order it is and who vouched for the address. Needed for signing only. */
  readonly id?: string
  readonly payee?: PayeeProof
}

export type SignedTransfer = { readonly raw: string; readonly hash: string }

export type HoldReason =
  | 'insufficient_treasury'
  | 'transfer_would_fail'
  | 'wallet_on_hold'
  | 'address_not_allowed'
  | 'over_limit'
  | 'signer_stopped'

export type TransferStatus =
  /** Neither in a block nor known to be waiting: send the same bytes again. */
  { readonly state: 'unseen' } | { readonly state: 'waiting' } | TransferMined

/** In a block. `final` once that block is at or below the network's `finalized` tag. */
export type TransferMined = {
  readonly state: 'mined'
  readonly final: boolean
  readonly block_number: bigint
  readonly block_hash: string
  readonly confirmations: number
  /** True only when the receipt says success and carries the exact transfer: token, from, to, value. */
  readonly ok: boolean
  readonly detail: string | null
  /** Gas paid, in wei of the network's own coin. */
  readonly fee: bigint
}

export type AddressVerdict =
  | { readonly ok: true; readonly address: string }
  | {
      readonly ok: false
      readonly code:
        | 'malformed'
        | 'bad_checksum'
        | 'wrong_network'
        | 'wrong_chain'
        | 'unsupported_type'
        | 'forbidden'
      readonly hint: string
    }
