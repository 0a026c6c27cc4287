import type { Coin } from './bcoin.ts'
import { acceptTransaction } from './acceptTransaction.ts'
import { addressOf, mineBlock, NETWORK, type Node } from './openNode.ts'

const MATURITY = 100
/** Blocks after which segwit is active, see bcoin.ts, and a little. */
const SEGWIT_HEIGHT = 50
const COIN = 100_000_000
/** As many coins as batches may be under way without spending change that is not confirmed. */
const COINS = 24
const COIN_VALUE = 2 * COIN
const FEE = 20_000
const PAST_S = 3_600

/**
 * Gives `treasury` coins worth 48 BTC in all, on a chain that has never seen it; otherwise does nothing. Mines the
 * blocks that a new chain needs for it.
 */
export async function fundTreasury(node: Node, treasury: string): Promise<void> {
  const { chain } = node.full
  const to = addressOf(node, treasury)
  if ((await chain.getMetaByAddress([to])).length > 0) return
  // Each block is younger than most of the eleven before, so a burst of them would run ahead of the clock.
  const { time } = node.bcoin.Network.get(NETWORK)
  time.offset = -PAST_S
  while (chain.height < SEGWIT_HEIGHT + MATURITY) await mineBlock(node, node.miner_address)
  time.offset = 0
  const tx = new node.bcoin.MTX()
  for (let i = 0; i < COINS; i++) tx.addOutput(to, COIN_VALUE)
  let change = -COINS * COIN_VALUE - FEE
  for (const coin of (await chain.getCoinsByAddress([node.miner_address])).filter(isRipe(chain.height))) {
    tx.addCoin(coin)
    change += coin.value
    if (change >= COIN) break
  }
  tx.addOutput(node.miner_address, change)
  tx.sign(node.miner)
  await acceptTransaction(node, tx.toTX(), 0)
  await mineBlock(node, node.miner_address)
}

function isRipe(height: number): (coin: Coin) => boolean {
  return (coin) => coin.coinbase && height - coin.height >= MATURITY
}
