import { type Block, type Entry, reversed } from '../bcoin.ts'
import { addressOf, mineBlock, NETWORK, type Node } from '../openNode.ts'
import { putBack } from '../acceptTransaction.ts'
import { CODES, RpcError } from '../rpcError.ts'
import { waiting } from '../waiting.ts'
import { detail, hashAt, type Method, text, whole } from './method.ts'
import { transactionView } from './transactionView.ts'

const MAX_BLOCKS = 1_000

/** What there is to ask and do about blocks. */
export const blockMethods: Readonly<Record<string, Method>> = {
  getblockcount: ({ full }) => full.chain.height,
  getbestblockhash: ({ full }) => full.chain.tip.rhash(),
  async getblockhash({ full }, params) {
    const height = whole(params, 0, -1)
    const entry = height < 0 ? null : await full.chain.getEntry(height)
    if (!entry) throw new RpcError(CODES.parameter, 'Block height out of range')
    return entry.rhash()
  },
  async getblockheader(node, params) {
    return headerView(node, await entryAt(node, params))
  },
  async getblock(node, params) {
    const entry = await entryAt(node, params)
    const block = await blockOf(node, entry)
    const wanted = detail(params, 1, 1)
    if (wanted === 0) return block.toRaw().toString('hex')
    const header = await headerView(node, entry)
    const tx = block.txs.map((one) => (wanted === 1 ? one.txid() : transactionView(one)))
    return { ...header, tx }
  },
  async getblockchaininfo({ full }) {
    const { tip, height } = full.chain
    const mediantime = await full.chain.getMedianTime(tip)
    return {
      chain: NETWORK,
      blocks: height,
      headers: height,
      bestblockhash: tip.rhash(),
      time: tip.time,
      mediantime,
      initialblockdownload: false,
      pruned: false,
      warnings: [],
    }
  },
  async generatetoaddress(node, params) {
    const blocks = whole(params, 0, 0)
    if (blocks < 0 || blocks > MAX_BLOCKS) throw new RpcError(CODES.parameter, `at most ${MAX_BLOCKS} blocks`)
    let address
    try {
      address = addressOf(node, text(params, 1, 'address'))
    } catch {
      throw new RpcError(CODES.not_found, 'Error: Invalid address')
    }
    const hashes: string[] = []
    for (let i = 0; i < blocks; i++) hashes.push(await mineBlock(node, address))
    return hashes
  },
  /** Transactions of the blocks that fall go back to the mempool, parents first; bcoin would lose them. */
  async invalidateblock(node, params) {
    const { chain, mempool } = node.full
    const entry = await entryAt(node, params)
    const fallen = []
    for (let at = chain.tip; at.height >= entry.height; ) {
      const { txs } = await blockOf(node, at)
      fallen.unshift(...txs.slice(1))
      const before = await chain.getEntry(at.prevBlock)
      if (!before) throw new RpcError(CODES.misc, 'The first block stays.')
      at = before
    }
    const unconfirmed = waiting(node)
    await chain.invalidate(entry.hash)
    // Left to itself it keeps its old tip, and no block can be made any more.
    await mempool.reset()
    await putBack(node, [...fallen, ...unconfirmed])
    return null
  },
}

async function entryAt({ full }: Node, params: readonly unknown[]): Promise<Entry> {
  const entry = await full.chain.getEntry(reversed(hashAt(params, 0)))
  if (!entry) throw new RpcError(CODES.not_found, 'Block not found')
  return entry
}

async function blockOf({ full }: Node, entry: Entry): Promise<Block> {
  const block = await full.chain.getBlock(entry.hash)
  if (!block) throw new RpcError(CODES.not_found, 'Block not found')
  return block
}

async function headerView({ full }: Node, entry: Entry) {
  const { chain } = full
  const main = await chain.isMainChain(entry)
  return {
    hash: entry.rhash(),
    confirmations: main ? chain.height - entry.height + 1 : -1,
    height: entry.height,
    time: entry.time,
    mediantime: await chain.getMedianTime(entry),
    previousblockhash: entry.isGenesis() ? undefined : reversed(entry.prevBlock),
  }
}
