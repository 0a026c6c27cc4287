import { z } from 'zod'
import { toHex } from './bytes.ts'
import { hash, hex, NodeRefusal, type Rpc, satoshi } from './rpc.ts'
import { isOwn, type Watch } from './watch.ts'

const PAGE = 500
/** A block's own reward can be spent when this many blocks are on top. */
const MATURITY = 100
/** btcd: nothing is known of this address or transaction. */
const NOT_FOUND = -5

const input = z.object({ txid: hash.optional(), vout: z.int().optional() })
const output = z.object({ value: satoshi, n: z.int(), scriptPubKey: z.object({ hex: z.string() }) })
const listed = z.object({
  txid: hash,
  hex,
  vin: z.array(input),
  vout: z.array(output),
  confirmations: z.int().optional(),
})
const found = z.object({ hex, confirmations: z.int().optional(), blockhash: z.string().optional() })

/**
 * By an index of all transactions and addresses, which btcd keeps (`--txindex --addrindex`). It has no wallet: what is
 * unspent is what the address received less what its transactions spent, so this grows with its history.
 */
export function watchByIndex(rpc: Rpc): Watch {
  const history = async (address: string) => {
    const transactions: z.output<typeof listed>[] = []
    for (;;) {
      const page = await orNull(
        rpc('searchrawtransactions', [address, 1, transactions.length, PAGE], z.array(listed)),
      )
      transactions.push(...(page ?? []))
      if (!page || page.length < PAGE) return transactions
    }
  }
  const unspentOf = (transactions: Awaited<ReturnType<typeof history>>, script: Uint8Array) => {
    const spent = new Set(transactions.flatMap(({ vin }) => vin.map(({ txid, vout }) => `${txid}:${vout}`)))
    return transactions.flatMap((transaction) =>
      transaction.vout
        .filter(({ scriptPubKey, n }) => {
          return scriptPubKey.hex === toHex(script) && !spent.has(`${transaction.txid}:${n}`)
        })
        .map(({ n, value }) => ({ transaction, outpoint: `${transaction.txid}:${n}`, amount: value })),
    )
  }
  return {
    async coins(wallet) {
      return unspentOf(await history(wallet.address), wallet.script)
        .map(({ transaction, outpoint, amount }) => ({
          outpoint,
          amount,
          confirmations: transaction.confirmations ?? 0,
          own: isOwn(transaction.hex, wallet),
          reward: transaction.vin[0]?.txid === undefined,
        }))
        .filter(({ confirmations, own, reward }) =>
          reward ? confirmations > MATURITY : confirmations > 0 || own,
        )
        .map(({ outpoint, amount, confirmations }) => ({ outpoint, amount, confirmations }))
    },
    async transaction(txid) {
      const transaction = await orNull(rpc('getrawtransaction', [txid, 1], found))
      if (!transaction) return null
      const { confirmations = 0, blockhash, hex: raw } = transaction
      return { raw, confirmations, block_hash: confirmations > 0 && blockhash ? blockhash : null }
    },
    async balanceOf(address, script) {
      const confirmed = (await history(address)).filter(({ confirmations = 0 }) => confirmations > 0)
      return unspentOf(confirmed, script).reduce((sum, { amount }) => sum + amount, 0n)
    },
  }
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof NodeRefusal && error.code === NOT_FOUND) return null
    throw error
  }
}
