import type { Mempool, MempoolEntry, Tx } from './bcoin.ts'
import { type Price, Refused } from './refused.ts'

const MAX_REPLACED = 100
/** Satoshi per 1000 vB that a replacement pays for its own way through the network. */
const INCREMENTAL_FEE = 1_000

/**
 * The rules of Bitcoin Core (doc/policy/mempool-replacements.md), which asks for no signal since version 28.
 * @returns what has to leave the mempool for `tx`, parents before children
 * @throws Refused
 */
export function checkReplacement(mempool: Mempool, tx: Tx, { fee, vsize }: Price): readonly MempoolEntry[] {
  const direct = new Map<string, MempoolEntry>()
  for (const { prevout } of tx.inputs) {
    const spender = mempool.getSpent(prevout.hash, prevout.index)
    if (spender) direct.set(spender.tx.hash('hex'), spender)
  }
  if (direct.size === 0) return []
  const all = new Map(direct)
  for (const entry of direct.values()) {
    for (const child of mempool.getDescendants(entry)) all.set(child.tx.hash('hex'), child)
  }
  const refuse = (why: string) => {
    throw new Refused(`insufficient fee, rejecting replacement ${tx.txid()}${why}`)
  }
  const ours = new Set(
    [...direct.values()].flatMap((entry) => entry.tx.inputs.map(({ prevout }) => prevout.hash)),
  )
  for (const { prevout } of tx.inputs) {
    if (all.has(prevout.hash)) throw new Refused(`bad-txns-spends-conflicting-tx`)
    if (mempool.getEntry(prevout.hash) && !ours.has(prevout.hash)) {
      throw new Refused('replacement-adds-unconfirmed')
    }
  }
  if (all.size > MAX_REPLACED) throw new Refused('too many potential replacements')
  for (const entry of direct.values()) {
    if (fee * entry.tx.getVirtualSize() <= entry.fee * vsize) refuse('; new feerate <= old feerate')
  }
  const old = [...all.values()].reduce((sum, entry) => sum + entry.fee, 0)
  if (fee < old) refuse(`, less fees than conflicting txs; ${fee} < ${old}`)
  const extra = Math.ceil((vsize * INCREMENTAL_FEE) / 1000)
  if (fee - old < extra) refuse(`, not enough additional fees to relay; ${fee - old} < ${extra}`)
  return inOrder(mempool, all)
}

function inOrder(mempool: Mempool, entries: ReadonlyMap<string, MempoolEntry>): MempoolEntry[] {
  const ancestors = (entry: MempoolEntry) => mempool.getAncestors(entry).length
  return [...entries.values()].toSorted((a, b) => ancestors(a) - ancestors(b))
}
