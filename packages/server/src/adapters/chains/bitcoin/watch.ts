import { Transaction } from '@scure/btc-signer'
import { bytesEqual } from './bytes.ts'
import type { Wallet } from './context.ts'

/** An unspent output of the wallet as the node sees it. `confirmations` is 0 while it is our own unconfirmed change. */
export type WatchedCoin = {
  readonly outpoint: string
  readonly amount: bigint
  readonly confirmations: number
}

/** A transaction that the node knows to be of the wallet. */
export type WatchedTransaction = {
  readonly raw: string
  /** Blocks that hold it. 0: in the mempool; what is in neither is not there at all. */
  readonly confirmations: number
  readonly block_hash: string | null
}

/** How a node is asked about one wallet: by a wallet of its own, or by an index of addresses. */
export type Watch = {
  /** Confirmed coins and our own unconfirmed change, not those that are spent in the mempool. @throws ProviderError */
  coins(wallet: Wallet): Promise<readonly WatchedCoin[]>
  /** Null: neither in a block nor in the mempool. @throws ProviderError */
  transaction(hash: string): Promise<WatchedTransaction | null>
  /** What an address holds in blocks, satoshi. @throws ProviderError */
  balanceOf(address: string, script: Uint8Array): Promise<bigint>
}

/**
 * Whether all that a transaction spends was ours: then its change is as good as our word. Its witnesses were checked by
 * the node that has it, and nobody else can sign with our key.
 */
export function isOwn(raw: string, { public_key }: Wallet): boolean {
  const tx = Transaction.fromRaw(Buffer.from(raw, 'hex'), {
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  })
  for (let i = 0; i < tx.inputsLength; i++) {
    const [, key, ...more] = tx.getInput(i).finalScriptWitness ?? []
    if (!key || more.length > 0 || !bytesEqual(key, public_key)) return false
  }
  return tx.inputsLength > 0
}
