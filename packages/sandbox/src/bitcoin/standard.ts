import type { Output, Tx } from './bcoin.ts'
import { Refused } from './refused.ts'

const MAX_STANDARD_WEIGHT = 400_000
/** Satoshi per vB by which dust is judged: src/policy/policy.h, DUST_RELAY_TX_FEE. */
const DUST_FEE = 3

/**
 * What Bitcoin Core relays, as far as a payment can offend against it. bcoin takes everything on regtest.
 * @throws Refused
 */
export function checkStandard(tx: Tx): void {
  if (tx.isCoinbase()) throw new Refused('coinbase')
  if (tx.version < 1 || tx.version > 3) throw new Refused('version')
  if (tx.getWeight() > MAX_STANDARD_WEIGHT) throw new Refused('tx-size')
  const outpoints = tx.inputs.map(({ prevout }) => `${prevout.hash}:${prevout.index}`)
  if (new Set(outpoints).size < outpoints.length) throw new Refused('bad-txns-inputs-duplicate')
  if (tx.outputs.length === 0) throw new Refused('bad-txns-vout-empty')
  for (const output of tx.outputs) {
    if (!isStandardScript(output.script.toRaw())) throw new Refused('scriptpubkey')
    if (output.value < dustOf(output)) throw new Refused('dust')
  }
}

function isWitness(script: Buffer): boolean {
  const [version = 0, length = 0] = script
  const push = version === 0 || (version >= 0x51 && version <= 0x60)
  return push && length >= 2 && length <= 40 && script.length === length + 2
}

function isStandardScript(script: Buffer): boolean {
  const hex = script.toString('hex')
  return isWitness(script) || /^(?:76a914.{40}88ac|a914.{40}87|6a.{0,164})$/.test(hex)
}

/** What spending the output would cost at the dust rate, and what it takes up. Nothing for data. */
function dustOf({ script }: Output): number {
  const raw = script.toRaw()
  if (raw[0] === 0x6a) return 0
  return DUST_FEE * (8 + 1 + raw.length + (isWitness(raw) ? 67 : 148))
}
