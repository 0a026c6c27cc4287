import { open, rename } from 'node:fs/promises'
import { gunzip } from 'node:zlib'
import { promisify } from 'node:util'
import { rpc } from './rpc.ts'

/**
 * Writes the node's accounts, blocks, transactions and receipts to `file`, whole or not at all: the node's own dump
 * rewrites its file in place, so a kill in the middle would lose the chain. What waits in the pool is not kept.
 */
export async function saveState(rpcUrl: string, file: string): Promise<void> {
  const dump = await rpc<`0x${string}`>(rpcUrl, 'anvil_dumpState')
  const state = await promisify(gunzip)(Buffer.from(dump.slice(2), 'hex'))
  const handle = await open(`${file}.tmp`, 'w')
  try {
    await handle.writeFile(state)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.tmp`, file)
}
