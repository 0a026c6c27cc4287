import type { Crypto } from '../lib/money.ts'
import type { PayeeProof } from './signer.ts'

/**
 * One blockchain network. Adapters know no database: they build, sign, send and read, and the payouts domain decides.
 * Every EVM network is the same adapter with other data.
 */
export interface Chain {
  /** `ethereum`, `base`, … : the merchant's word for it. */
  readonly network: string
  /** Assets payable here. Anything else is refused before a session exists. */
  readonly assets: readonly Crypto[]
  /** The coin that pays for transactions. */
  readonly fee_coin: 'ETH' | 'POL' | 'BTC'
  /** Checks form and checksum; returns the canonical spelling, or why not. */
  parseAddress(text: string): AddressVerdict
  /**
   * Whether a contract stands at the address, where such a thing exists. See contractElsewhere.ts.
   * @throws ProviderError
   */
  isContract?(address: string): Promise<boolean>
  /** Address of the hot wallet that signs. Where a vault holds the tokens, the vault's operator. */
  walletAddress(): Promise<string>
  /**
   * Transactions of the wallet that the chain has consumed at its head: the next nonce as the chain sees it. Null where
   * transactions are kept apart by the coins that they spend.
   */
  chainNonce(): Promise<bigint | null>
  /**
   * The same with what waits in the node's pool. More than were handed out: somebody else signs with this key. Absent
   * where there are no nonces, or no pool to look into.
   */
  pendingNonce?(): Promise<bigint>
  /** The transaction of the wallet that used this nonce, where the node can find it; null where it cannot. */
  findByNonce?(nonce: bigint): Promise<SpentNonce | null>
  /** What the wallet may spend: confirmed coins, and our own change. Null where there are nonces instead. */
  coins(): Promise<readonly Coin[] | null>
  /** What pays payouts holds of `asset`, in minor units, at the head: the wallet, or its vault. */
  balance(asset: Crypto): Promise<bigint>
  /** Where that lies, when it is not the wallet: the vault of `asset`. Null: the wallet. Absent: always the wallet. */
  vaultOf?(asset: Crypto): string | null
  /** What any address holds of `asset`, in minor units, at the head. */
  balanceOf(asset: Crypto, address: string): Promise<bigint>
  /** How many payments of `asset` one transaction may make. 1: each goes alone. */
  batchMax(asset: Crypto): number
  /**
   * Everything of an unsigned transaction but its nonce: fees from the network as it is now, coins out of
   * `limits.coins`. Refused when it would cost too much, when a dry run shows that it would revert, or when one payment
   * of it would (paused token, blacklisted payee): then `payment` is its index, and the rest may be planned without it.
   */
  plan(order: Order, limits: Limits): Promise<Planned>
  /**
   * The same payments with the same coins at a higher fee: at least an eighth more (EVM: on both fields; Bitcoin: also
   * what BIP 125 asks), and at least what the network asks now. Conflicts with every earlier version.
   */
  bump(last: Intent, limits: Limits): Promise<Planned>
  /** Pays nothing but ourselves, and conflicts with every version of `last`: once it is final, none of them can be. */
  cancel(last: Intent, limits: Limits): Promise<Planned>
  /**
   * Whether the signer would sign payments to these payees now. Asked before a nonce is taken. Null: it would.
   * @throws ProviderError when it cannot be asked
   */
  review(order: Order): Promise<(Planned & { ok: false }) | null>
  /**
   * Signs, offline but for the signer. The hash is known before anything is sent. Signed again, the bytes may be others
   * (a KMS draws its nonces) and do the same: of one version, those that were stored first are sent.
   */
  sign(intent: Intent, nonce: bigint | null): Promise<SignedTransaction>
  /**
   * Sends stored bytes. `known`: the network has them already. `conflict`: their nonce or a coin of theirs is spent, by
   * another version of ours or by something else: ask for the receipts. Throws ProviderError `unknown` when there was no
   * answer.
   */
  broadcast(raw: string): Promise<'accepted' | 'known' | 'conflict' | 'rejected'>
  /** Where a sent transaction stands, and what it did for each payment of `intent`. Reads only. */
  status(hash: string, intent: Intent): Promise<TransactionStatus>
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
  /** What a block takes on average, where that is long: how old the newest may be says nothing before that. */
  readonly block_seconds?: number
  /** What the wallet holds of the coin that pays for transactions, in that coin's smallest unit. */
  readonly fuel: { readonly coin: string; readonly amount: bigint }
}

/** `amount` in minor units of `asset`. */
export type Transfer = {
  readonly asset: Crypto
  readonly to: string
  readonly amount: bigint
  /** Whose address that is and who vouches for it. Only the signer asks; it is not stored with an intent. */
  readonly payee?: PayeeProof
}

/**
 * Payments to be made by one transaction, all of one asset. None: it cancels. `id` is the batch's own, `pb_…`; a vault
 * takes an order once, by this id, whatever our database says.
 */
export type Order = { readonly id: string; readonly payments: readonly Transfer[] }

/** What used a nonce. `to` is null when it made a contract; `value` in the smallest unit of the chain's own coin. */
export type SpentNonce = { readonly hash: string; readonly to: string | null; readonly value: bigint }

/**
 * An output that the wallet can spend. `outpoint` is `txid:vout`, `amount` in satoshi. `is_final`: the block that made it
 * cannot be undone any more.
 */
export type Coin = { readonly outpoint: string; readonly amount: bigint; readonly is_final?: boolean }

export type Limits = {
  /** The most that the transaction may cost, in the smallest unit of the coin that pays for it. */
  readonly fee_cap: bigint
  /** Coins that nobody else has reserved; empty where there are nonces. */
  readonly coins: readonly Coin[]
}

/**
 * An unsigned transaction, all but its nonce. JSON-safe but for amounts: numbers in `fields` are decimal strings. Stored
 * before it is signed, and never changed.
 */
export type Intent = Order & {
  readonly fields: Readonly<Record<string, string>>
  /** Outpoints that it spends; empty where there are nonces. */
  readonly coins: readonly string[]
  /** The most that it can cost, in the smallest unit of the coin that pays for it. */
  readonly fee: bigint
}

export type Planned =
  | { readonly ok: true; readonly intent: Intent }
  | {
      readonly ok: false
      readonly reason: HoldReason
      readonly detail: string
      /** The payment that it is about; null: the transaction as a whole. */
      readonly payment: number | null
    }

export type SignedTransaction = { readonly raw: string; readonly hash: string }

export type HoldReason =
  | 'insufficient_treasury'
  | 'transfer_would_fail'
  | 'wallet_on_hold'
  | 'fee_too_high'
  | 'no_rate'
  | 'below_minimum'
  | 'contract_elsewhere'
  | 'address_not_allowed'
  | 'over_limit'
  | 'signer_stopped'

export type TransactionStatus =
  /** Neither in a block nor known to be waiting: send the same bytes again. */
  { readonly state: 'unseen' } | { readonly state: 'waiting' } | TransactionMined

/** In a block. `final` once that block cannot be undone: EVM by the `finalized` tag, Bitcoin by depth. */
export type TransactionMined = {
  readonly state: 'mined'
  readonly final: boolean
  readonly block_number: bigint
  readonly block_hash: string
  readonly confirmations: number
  /**
   * One per payment of the intent. `ok` only when the receipt says success and carries exactly this payment: token, from,
   * to, value. Of a cancellation: empty.
   */
  readonly payments: readonly { readonly ok: boolean; readonly detail: string | null }[]
  /** What it cost, in the smallest unit of the coin that pays for it. */
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
