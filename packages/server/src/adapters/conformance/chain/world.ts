import type { Crypto } from '../../../lib/money.ts'
import type { AddressVerdict, Chain } from '../../chain.ts'

/**
 * A running test network with a funded wallet on it, and the ways to move and break it. The wallet holds enough of each
 * asset for some forty payments of `unit`, and, where it spends coins, several of them.
 */
export type ChainWorld = {
  readonly chain: Chain
  /** Same network, a wallet that holds nothing, and no vault. */
  readonly penniless: Chain
  /** Set up for another network than the one its node serves. */
  readonly misconfigured: Chain
  /** Its node is down; the URL contains the word `api-key-in-url`. */
  readonly unreachable: Chain
  /** Blocks on top of a transaction's own that make it final. */
  readonly blocks_to_final: number
  /** Other spellings of valid addresses, and the canonical one. */
  readonly good_addresses: readonly (readonly [text: string, canonical: string])[]
  readonly bad_addresses: readonly (readonly [text: string, code: (AddressVerdict & { ok: false })['code']])[]
  /** A payment that the network makes, in minor units: above dust, and with a last digit that is not 0. */
  unit(asset: Crypto): bigint
  /** An address that holds nothing. */
  newPayee(): string
  mine(blocks: number): Promise<void>
  /** Removes the last blocks. Their transactions are forgotten, not returned to the pool. */
  undo(blocks: number): Promise<void>
  close(): Promise<void>
}
