import { type Address, type Bcoin, type FullNode, type KeyRing, loadBcoin } from './bcoin.ts'

/** The node with what the methods need of it. */
export type Node = {
  readonly bcoin: Bcoin
  readonly full: FullNode
  /** Earns what blocks pay; its key is no secret. */
  readonly miner: KeyRing
  /** Where blocks are mined to that nobody else asked for. */
  readonly miner_address: Address
  /** Addresses that the watch-only wallet follows. */
  readonly watched: Set<string>
  /** What `estimatesmartfee` says, satoshi per 1000 vB. Null: it has seen too little to say. */
  fee_rate: number | null
}

export const NETWORK = 'regtest'
const MINER_KEY = Buffer.alloc(32, 0x4d)

/** Opens the chain that is kept in `folder`, or begins one. */
export async function openNode(folder: string, watched: Set<string>): Promise<Node> {
  const bcoin = loadBcoin()
  const full = new bcoin.FullNode({
    network: NETWORK,
    prefix: folder,
    memory: false,
    workers: false,
    'index-tx': true,
    'index-address': true,
    // Its own way to keep the mempool loses it: see waiting.ts.
    'persistent-mempool': false,
    // Its own rules for both are others than those of Bitcoin Core: see acceptTransaction.ts.
    'replace-by-fee': true,
    'require-standard': false,
    'limit-free': false,
    'reject-absurd-fees': false,
    'log-level': 'none',
    'log-console': false,
    'log-file': false,
    listen: false,
  })
  // Its HTTP server cannot be switched off, and its answers are not those of Bitcoin Core.
  const closed = { open: async () => undefined, close: async () => undefined, on: () => undefined }
  Object.assign(full, { http: closed })
  // Reported to whoever asked; without a listener they would end the process.
  full.on('error', () => undefined)
  await full.ensure()
  await full.open()
  const miner = bcoin.KeyRing.fromOptions({ privateKey: MINER_KEY, witness: true })
  return { bcoin, full, miner, miner_address: miner.getAddress(), watched, fee_rate: null }
}

/** @throws Error when it is not an address of this network. Pay-to-taproot is none to bcoin: use scripts. */
export function addressOf(node: Node, text: string): Address {
  return node.bcoin.Address.fromString(text, NETWORK)
}

/** Mines one block with what waits. Gives its hash as people write it. */
export async function mineBlock(node: Node, address: Address): Promise<string> {
  const { chain, miner } = node.full
  const entry = await chain.add(await miner.mineBlock(chain.tip, address))
  if (!entry) throw new Error('The mined block was not accepted.')
  return entry.rhash()
}
