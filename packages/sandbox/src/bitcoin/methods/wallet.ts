import { writeFileSync } from 'node:fs'
import { type Coin, reversed, type Script, type Tx } from '../bcoin.ts'
import { addressOf, NETWORK, type Node } from '../openNode.ts'
import { CODES, RpcError } from '../rpcError.ts'
import { btc, hashAt, type Method, text, whole } from './method.ts'
import { depth, findTransaction, spentOutput } from './transactions.ts'
import { transactionView } from './transactionView.ts'

const COINBASE_MATURITY = 100

/**
 * One watch-only wallet, whatever name it is given: addresses only, `addr(…)` or `wpkh(…)` descriptors of one address.
 * @param file where the addresses are kept
 */
export function walletMethods(file: string): Readonly<Record<string, Method>> {
  return {
    createwallet: (_, params) => ({ name: text(params, 0, 'wallet_name') }),
    loadwallet: (_, params) => ({ name: text(params, 0, 'filename') }),
    listwallets: () => ['skiro'],
    importdescriptors(node, params) {
      const [list] = params
      if (!Array.isArray(list))
        throw new RpcError(CODES.type, 'JSON value of requests is not of expected type array')
      const addresses = list.map((request: { desc?: unknown }) => addressIn(node, request.desc))
      for (const address of addresses) node.watched.add(address)
      writeFileSync(file, JSON.stringify([...node.watched]), { mode: 0o600 })
      return addresses.map(() => ({ success: true }))
    },
    getaddressinfo(node, params) {
      const address = text(params, 0, 'address')
      return {
        address,
        ismine: node.watched.has(address),
        solvable: node.watched.has(address),
        iswatchonly: false,
      }
    },
    async listunspent(node, params) {
      const [least, most] = [whole(params, 0, 1), whole(params, 1, 9_999_999)]
      const wanted = Array.isArray(params[2]) ? params[2] : [...node.watched]
      const coins = await Promise.all(
        wanted.filter((address) => node.watched.has(address)).map((address) => unspent(node, address)),
      )
      return coins.flat().filter(({ confirmations }) => confirmations >= least && confirmations <= most)
    },
    async gettransaction(node, params) {
      const meta = await findTransaction(node, hashAt(params, 0))
      if (!meta || !(await isOurs(node, meta.tx))) {
        throw new RpcError(CODES.not_found, 'Invalid or non-wallet transaction id')
      }
      const { tx, block, height } = meta
      const confirmed = block === null ? {} : { blockhash: reversed(block), blockheight: height }
      const { hex, txid } = transactionView(tx)
      return { txid, hex, ...depth(node, height), ...confirmed }
    },
    async scantxoutset(node, params) {
      const [action, objects] = params
      if (action !== 'start' || !Array.isArray(objects)) throw new RpcError(CODES.parameter, 'Invalid action')
      let total = 0
      for (const object of objects) {
        const script = scriptIn(node, object)
        const address = script.getAddress()
        // The index is by hash alone, which several kinds of scripts can share.
        for (const coin of address ? await node.full.chain.getCoinsByAddress([address]) : []) {
          if (coin.script.toRaw().equals(script.toRaw())) total += coin.value
        }
      }
      return { success: true, height: node.full.chain.height, total_amount: btc(total) }
    },
  }
}

/** `raw(HEX)`: bcoin can read no address of pay-to-taproot. @throws RpcError */
function scriptIn(node: Node, descriptor: unknown): Script {
  const hex =
    typeof descriptor === 'string' ? /^raw\(((?:[0-9a-f]{2})+)\)(?:#\w+)?$/.exec(descriptor)?.[1] : undefined
  if (hex === undefined) throw new RpcError(CODES.not_found, 'Only raw(HEX) is known here.')
  return node.bcoin.Script.fromRaw(Buffer.from(hex, 'hex'))
}

/** `addr(ADDRESS)` with or without a checksum. @throws RpcError */
function addressIn(node: Node, descriptor: unknown): string {
  const address =
    typeof descriptor === 'string' ? /^addr\(([a-zA-Z0-9]+)\)(?:#\w+)?$/.exec(descriptor)?.[1] : undefined
  try {
    if (address !== undefined) return addressOf(node, address).toString(NETWORK)
  } catch {
    // Said below.
  }
  throw new RpcError(CODES.not_found, 'Only addr(ADDRESS) is known here, of a witness version 0 or older.')
}

async function unspent(node: Node, address: string) {
  const { chain, mempool } = node.full
  const at = [addressOf(node, address)]
  const ripe = ({ coinbase, height }: Coin) => !coinbase || chain.height - height + 1 > COINBASE_MATURITY
  const coins = [...(await chain.getCoinsByAddress(at)).filter(ripe), ...mempool.getCoinsByAddress(at)]
  return coins
    .filter(({ hash, index, script }) => {
      return !mempool.isSpent(hash, index) && script.getAddress()?.toString(NETWORK) === address
    })
    .map((coin) => ({
      txid: coin.txid(),
      vout: coin.index,
      address,
      scriptPubKey: coin.script.toRaw().toString('hex'),
      amount: btc(coin.value),
      ...depth(node, coin.height),
      spendable: true,
      solvable: true,
      safe: coin.height >= 0,
    }))
}

async function isOurs(node: Node, tx: Tx): Promise<boolean> {
  const ours = (output: Tx['outputs'][number] | null) =>
    node.watched.has(output?.script.getAddress()?.toString(NETWORK) ?? '')
  if (tx.outputs.some(ours)) return true
  for (const input of tx.inputs) if (ours(await spentOutput(node, input))) return true
  return false
}
