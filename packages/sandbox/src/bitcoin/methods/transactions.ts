import { type Output, reversed, type Tx, type TxMeta } from '../bcoin.ts'
import { acceptTransaction, MIN_RELAY_FEE, tryTransaction } from '../acceptTransaction.ts'
import type { Node } from '../openNode.ts'
import { Refused } from '../refused.ts'
import { CODES, RpcError } from '../rpcError.ts'
import { btc, detail, hashAt, type Method, text, whole } from './method.ts'
import { scriptView, transactionView } from './transactionView.ts'

/** Bitcoin per 1000 vB that callers may pay unless they say otherwise: Bitcoin Core's own guard. */
const MAX_FEE_RATE = 0.1

/** What there is to ask and do about transactions and the mempool. */
export const transactionMethods: Readonly<Record<string, Method>> = {
  async sendrawtransaction(node, params) {
    const tx = decode(node, text(params, 0, 'hexstring'))
    try {
      await acceptTransaction(node, tx, maxFeeRate(params))
    } catch (error) {
      // To Bitcoin Core this is no error: it tells its peers again.
      if (!(error instanceof Refused)) throw error
      if (error.message !== 'txn-already-in-mempool') throw refusal(error)
    }
    return tx.txid()
  },
  async testmempoolaccept(node, params) {
    const [list] = params
    if (!Array.isArray(list) || list.length !== 1) {
      throw new RpcError(CODES.parameter, 'Array must contain exactly one transaction here.')
    }
    const tx = decode(node, text(list, 0, 'rawtx'))
    const about = { txid: tx.txid(), wtxid: tx.txid() }
    try {
      const { fee, vsize } = await tryTransaction(node, tx, maxFeeRate(params))
      return [{ ...about, allowed: true, vsize, fees: { base: btc(fee) } }]
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const reason = error.message.startsWith('insufficient fee') ? 'insufficient fee' : error.message
      return [{ ...about, allowed: false, 'reject-reason': reason }]
    }
  },
  async getrawtransaction(node, params) {
    const meta = await findTransaction(node, hashAt(params, 0))
    if (!meta) {
      throw new RpcError(
        CODES.not_found,
        'No such mempool or blockchain transaction. Use gettransaction for wallet transactions.',
      )
    }
    if (detail(params, 1, 0) === 0) return meta.tx.toRaw().toString('hex')
    const { height, block } = meta
    const confirmed = block === null ? {} : { blockhash: reversed(block), ...depth(node, height) }
    return { ...transactionView(meta.tx), ...confirmed }
  },
  async gettxout(node, params) {
    const { mempool, chain } = node.full
    const hash = reversed(hashAt(params, 0))
    const index = whole(params, 1, 0)
    const pending = params[2] !== false
    if (pending && mempool.isSpent(hash, index)) return null
    const coin = (pending ? mempool.getCoin(hash, index) : null) ?? (await chain.getCoin(hash, index))
    if (!coin) return null
    const { confirmations } = depth(node, coin.height)
    const { value, coinbase } = coin
    return {
      bestblock: chain.tip.rhash(),
      confirmations,
      value: btc(value),
      scriptPubKey: scriptView(coin),
      coinbase,
    }
  },
  getmempoolentry({ full }, params) {
    const entry = full.mempool.getEntry(reversed(hashAt(params, 0)))
    if (!entry) throw new RpcError(CODES.not_found, 'Transaction not in mempool')
    const family = full.mempool.getDescendants(entry)
    const descendants = family.reduce((sum, { fee }) => sum + fee, entry.fee)
    return {
      vsize: entry.tx.getVirtualSize(),
      weight: entry.tx.getWeight(),
      time: entry.time,
      height: entry.height,
      descendantcount: family.length + 1,
      ancestorcount: full.mempool.getAncestors(entry).length + 1,
      fees: { base: btc(entry.fee), modified: btc(entry.fee), descendant: btc(descendants) },
      'bip125-replaceable': true,
    }
  },
  getrawmempool: ({ full }) => [...full.mempool.map.keys()].map(reversed),
  getmempoolinfo: ({ full }) => ({
    loaded: true,
    size: full.mempool.map.size,
    mempoolminfee: btc(MIN_RELAY_FEE),
    minrelaytxfee: btc(MIN_RELAY_FEE),
    incrementalrelayfee: btc(MIN_RELAY_FEE),
    fullrbf: true,
  }),
  getnetworkinfo: () => ({
    version: 290000,
    subversion: '/bcoin:1.0.2/',
    relayfee: btc(MIN_RELAY_FEE),
    incrementalfee: btc(MIN_RELAY_FEE),
    connections: 0,
  }),
  estimatesmartfee(node, params) {
    const blocks = whole(params, 0, 6)
    if (node.fee_rate === null) return { errors: ['Insufficient data or no feerate found'], blocks }
    return { feerate: btc(node.fee_rate), blocks }
  },
}

/** A transaction of the mempool or of the chain, by its id as people write it. */
export async function findTransaction(node: Node, id: string): Promise<TxMeta | null> {
  const hash = reversed(id)
  const entry = node.full.mempool.getEntry(hash)
  if (entry) return { tx: entry.tx, height: -1, block: null, time: entry.time }
  return await node.full.chain.getMeta(hash)
}

/** Confirmations of what is at `height`; -1 is the mempool. */
export function depth({ full }: Node, height: number): { confirmations: number } {
  return { confirmations: height < 0 ? 0 : full.chain.height - height + 1 }
}

/** The output that an input spends, spent as it is. */
export async function spentOutput(node: Node, { prevout }: Tx['inputs'][number]): Promise<Output | null> {
  const meta = await findTransaction(node, reversed(prevout.hash))
  return meta?.tx.outputs[prevout.index] ?? null
}

function decode({ bcoin }: Node, hex: string): Tx {
  if (/^(?:[0-9a-f]{2})+$/i.test(hex)) {
    try {
      return bcoin.TX.fromRaw(Buffer.from(hex, 'hex'))
    } catch {
      // Said below.
    }
  }
  throw new RpcError(CODES.deserialization, 'TX decode failed. Make sure the tx has at least one input.')
}

function maxFeeRate(params: readonly unknown[]): number {
  const rate = params[1] ?? MAX_FEE_RATE
  if (typeof rate !== 'number' && typeof rate !== 'string')
    throw new RpcError(CODES.type, 'Amount is not a number or string')
  return Math.round(Number(rate) * 1e8)
}

function refusal({ message }: Refused): RpcError {
  if (message === 'txn-already-known') {
    return new RpcError(CODES.already_in_chain, 'Transaction outputs already in utxo set')
  }
  if (message === 'max-fee-exceeded') {
    const words = 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)'
    return new RpcError(CODES.verify, words)
  }
  return new RpcError(message === 'bad-txns-inputs-missingorspent' ? CODES.verify : CODES.rejected, message)
}
