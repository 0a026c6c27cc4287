import { Address, OutScript } from '@scure/btc-signer'
import { assert } from '../../../lib/assert.ts'
import type { BitcoinNetwork } from './networks.ts'

/** Satoshi per vB by which Bitcoin Core judges dust (policy.h, DUST_RELAY_TX_FEE). */
const DUST_FEE = 3n
/** Bytes of spending an output, its witness counted a quarter (policy.cpp, GetDustThreshold). */
const SPEND_WITNESS = 67
const SPEND_LEGACY = 148
/** Of an output: amount and the length of its script. */
const OUTPUT_HEAD = 9

/** The script that pays to an address which `parseAddress` took. @throws Error when it is none of this network */
export function scriptOf(address: string, params: BitcoinNetwork): Uint8Array {
  return OutScript.encode(Address(params).decode(address))
}

/** Satoshi below which nodes do not relay an output. 294 for P2WPKH, 330 P2TR and P2WSH, 540 P2SH, 546 P2PKH. */
export function dustOf(script: Uint8Array): bigint {
  const [first = 0] = script
  const witness = first === 0 || (first >= 0x51 && first <= 0x60)
  return DUST_FEE * BigInt(OUTPUT_HEAD + script.length + (witness ? SPEND_WITNESS : SPEND_LEGACY))
}

// Weight units, four to a vB, one for bytes of witnesses. A signature is counted with the most bytes that it can have.
const HEAD = 4 * 8 + 2
const INPUT = 4 * 41 + (1 + 1 + 72 + 1 + 33)

/** Heaviest transaction that nodes relay, in vB. */
export const MAX_VSIZE = 100_000

/** Size in vB of a transaction with so many inputs of our wallet and these output scripts; a byte too many at most. */
export function vsizeOf(inputs: number, scripts: readonly Uint8Array[]): number {
  const outputs = scripts.reduce((sum, script) => sum + OUTPUT_HEAD + script.length, 0)
  const counts = lengthOfCount(inputs) + lengthOfCount(scripts.length)
  return Math.ceil((HEAD + 4 * (counts + outputs) + INPUT * inputs) / 4)
}

function lengthOfCount(count: number): number {
  assert(count < 0x10000, 'a transaction has fewer inputs and outputs')
  return count < 0xfd ? 1 : 3
}
