import { type Output, reversed, type Tx } from '../bcoin.ts'
import { NETWORK } from '../openNode.ts'
import { btc } from './method.ts'

/** A transaction as `getrawtransaction` writes it. */
export function transactionView(tx: Tx) {
  return {
    txid: tx.txid(),
    hash: tx.txid(),
    version: tx.version,
    size: tx.toRaw().length,
    vsize: tx.getVirtualSize(),
    weight: tx.getWeight(),
    locktime: tx.locktime,
    vin: tx.inputs.map(({ prevout, sequence, witness }) =>
      tx.isCoinbase()
        ? { coinbase: '', sequence }
        : {
            txid: reversed(prevout.hash),
            vout: prevout.index,
            txinwitness: witness.items.map((item) => item.toString('hex')),
            sequence,
          },
    ),
    vout: tx.outputs.map((output, n) => ({ value: btc(output.value), n, scriptPubKey: scriptView(output) })),
    hex: tx.toRaw().toString('hex'),
  }
}

/** An output's script. Without an address where bcoin knows none, as for pay-to-taproot. */
export function scriptView({ script }: Pick<Output, 'script'>) {
  return { hex: script.toRaw().toString('hex'), address: script.getAddress()?.toString(NETWORK) }
}
