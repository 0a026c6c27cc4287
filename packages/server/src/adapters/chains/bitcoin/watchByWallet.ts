import { z } from 'zod'
import { toHex } from './bytes.ts'
import { ancestorsOf } from './mempool.ts'
import { hash, hex, NodeRefusal, type Rpc, satoshi } from './rpc.ts'
import { isOwn, type Watch, type WatchedCoin } from './watch.ts'

const NOT_FOUND = -5
/** Nodes take 25 at most. Beyond this a payment would hang on too many others. */
const MAX_ANCESTORS = 20

const unspent = z.array(
  z.object({ txid: hash, vout: z.int(), amount: satoshi, confirmations: z.int(), scriptPubKey: hex }),
)
const found = z.object({ hex, confirmations: z.int(), blockhash: hash.optional() })

/**
 * By a watch-only descriptor wallet of Bitcoin Core, which knows every transaction of ours without an index of all there
 * are.
 */
export function watchByWallet(rpc: Rpc): Watch {
  const read = async (txid: string) => {
    try {
      return await rpc('gettransaction', [txid, true], found)
    } catch (error) {
      if (error instanceof NodeRefusal && error.code === NOT_FOUND) return null
      throw error
    }
  }
  return {
    async coins(wallet) {
      const script = toHex(wallet.script)
      const listed = await rpc('listunspent', [0, 9_999_999, [wallet.address], true], unspent)
      const coins = listed.filter(({ scriptPubKey }) => scriptPubKey === script)
      const usable = await Promise.all(
        coins.map(async ({ txid, confirmations }) => {
          if (confirmations > 0) return true
          const ancestors = await ancestorsOf(rpc, txid)
          if (ancestors === null || ancestors > MAX_ANCESTORS) return false
          const transaction = await read(txid)
          return transaction !== null && isOwn(transaction.hex, wallet)
        }),
      )
      return coins
        .filter((_, i) => usable[i])
        .map(
          ({ txid, vout, amount, confirmations }): WatchedCoin => ({
            outpoint: `${txid}:${vout}`,
            amount,
            confirmations,
          }),
        )
    },
    async transaction(txid) {
      const transaction = await read(txid)
      if (!transaction) return null
      const { confirmations, blockhash = null, hex: raw } = transaction
      if (confirmations > 0) return { raw, confirmations, block_hash: blockhash }
      // The wallet remembers what has left the mempool, and counts below zero what lost against another.
      if (confirmations < 0 || (await ancestorsOf(rpc, txid)) === null) return null
      return { raw, confirmations: 0, block_hash: null }
    },
    async balanceOf(_, script) {
      // Looks through every coin there is: a minute and more on mainnet.
      const answer = z.object({ total_amount: satoshi })
      return (await rpc('scantxoutset', ['start', [`raw(${toHex(script)})`]], answer)).total_amount
    },
  }
}
