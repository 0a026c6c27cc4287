import type { MempoolEntry, Tx } from './bcoin.ts'
import type { Node } from './openNode.ts'
import { type Price, Refused } from './refused.ts'
import { checkReplacement } from './replacement.ts'
import { checkStandard } from './standard.ts'

/** Satoshi per 1000 vB below which nothing is relayed. */
export const MIN_RELAY_FEE = 1_000

/**
 * Puts a transaction into the mempool or says truthfully why not: bcoin reports success for what it refuses, knows no
 * replacement, and takes what pays nothing. Its check of scripts and signatures is its own, and the reason to have it.
 * @param max_fee_rate satoshi per 1000 vB above which it is refused; 0 for no limit
 * @throws Refused
 */
export async function acceptTransaction(node: Node, tx: Tx, max_fee_rate: number): Promise<Price> {
  return (await insert(node, tx, max_fee_rate)).price
}

/** The same without a trace: `testmempoolaccept`. */
export async function tryTransaction(node: Node, tx: Tx, max_fee_rate: number): Promise<Price> {
  const { price, evicted } = await insert(node, tx, max_fee_rate)
  const entry = node.full.mempool.getEntry(tx.hash('hex'))
  if (entry) node.full.mempool.evictEntry(entry)
  await putBack(node, evicted)
  return price
}

/** Puts transactions back that were in the mempool or in a block. What has become invalid is left out. */
export async function putBack(node: Node, transactions: readonly Tx[]): Promise<void> {
  for (const tx of transactions) await add(node, tx).catch(() => undefined)
}

async function insert(
  node: Node,
  tx: Tx,
  max_fee_rate: number,
): Promise<{ price: Price; evicted: readonly Tx[] }> {
  const { chain, mempool } = node.full
  const hash = tx.hash('hex')
  if (mempool.getEntry(hash)) throw new Refused('txn-already-in-mempool')
  if (await chain.hasCoins(tx)) throw new Refused('txn-already-known')
  checkStandard(tx)
  const price = await priceOf(node, tx)
  const floor = Math.ceil((price.vsize * MIN_RELAY_FEE) / 1000)
  if (price.fee < floor) throw new Refused(`min relay fee not met, ${price.fee} < ${floor}`)
  if (max_fee_rate > 0 && price.fee * 1000 > max_fee_rate * price.vsize) throw new Refused('max-fee-exceeded')
  const replaced = checkReplacement(mempool, tx, price)
  // Parents before children, so that they can be put back in this order.
  const evicted = replaced.map((entry: MempoolEntry) => entry.tx)
  for (const entry of replaced) if (mempool.getEntry(entry.tx.hash('hex'))) mempool.evictEntry(entry)
  try {
    await add(node, tx)
  } catch (error) {
    await putBack(node, evicted)
    throw error
  }
  return { price, evicted }
}

async function priceOf(node: Node, tx: Tx): Promise<Price> {
  const view = await node.full.mempool.getCoinView(tx)
  let fee = 0
  for (const input of tx.inputs) {
    const output = view.getOutputFor(input)
    if (!output) throw new Refused('bad-txns-inputs-missingorspent')
    fee += output.value
  }
  for (const output of tx.outputs) fee -= output.value
  if (fee < 0) throw new Refused('bad-txns-in-belowout')
  return { fee, vsize: tx.getVirtualSize() }
}

// What bcoin says where Bitcoin Core has other words.
const WORDS: Readonly<Record<string, string>> = {
  'mandatory-script-verify-flag': 'mandatory-script-verify-flag-failed',
  'non-mandatory-script-verify-flag': 'non-mandatory-script-verify-flag',
  'bad-txns-inputs-spent': 'txn-mempool-conflict',
}

async function add(node: Node, tx: Tx): Promise<void> {
  let missing: string[] | null
  try {
    missing = await node.full.mempool.addTX(tx)
  } catch (error) {
    const { reason } = error as { reason?: string }
    throw reason === undefined ? error : new Refused(WORDS[reason] ?? reason)
  }
  if (missing) {
    node.full.mempool.removeOrphan(tx.hash('hex'))
    throw new Refused('bad-txns-inputs-missingorspent')
  }
}
