import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { putBack } from './acceptTransaction.ts'
import type { Tx } from './bcoin.ts'
import type { Node } from './openNode.ts'

/** What is unconfirmed, parents before children. */
export function waiting({ full }: Node): Tx[] {
  const { mempool } = full
  const depth = (tx: Tx) => {
    const entry = mempool.getEntry(tx.hash('hex'))
    return entry ? mempool.getAncestors(entry).length : 0
  }
  const all = [...mempool.map.values()].map(({ tx }) => ({ tx, depth: depth(tx) }))
  return all.toSorted((a, b) => a.depth - b.depth).map(({ tx }) => tx)
}

/** Writes down what is unconfirmed, as Bitcoin Core does when it is stopped in order. */
export function saveWaiting(node: Node, file: string): void {
  const raw = waiting(node).map((tx) => tx.toRaw().toString('hex'))
  writeFileSync(file, JSON.stringify(raw), { mode: 0o600 })
}

/** Takes it back into the mempool. Once: after a kill there is nothing, as with Bitcoin Core. */
export async function loadWaiting(node: Node, file: string): Promise<void> {
  if (!existsSync(file)) return
  const raw = JSON.parse(readFileSync(file, 'utf8')) as string[]
  rmSync(file)
  await putBack(
    node,
    raw.map((hex) => node.bcoin.TX.fromRaw(Buffer.from(hex, 'hex'))),
  )
}
