import type { Chain } from '../../chain.ts'
import type { Signer } from '../../signer.ts'
import { reviewOrder } from '../shared/review.ts'
import { assert } from '../../../lib/assert.ts'
import { spendable } from './available.ts'
import { broadcast } from './broadcast.ts'
import { bump } from './bump.ts'
import { cancel } from './cancel.ts'
import { type BitcoinConfig, createContext } from './context.ts'
import { parseAddress } from './parseAddress.ts'
import { plan } from './plan.ts'
import { balance, probe } from './probe.ts'
import { scriptOf } from './script.ts'
import { sign } from './sign.ts'
import { status } from './status.ts'

export type { BitcoinConfig } from './context.ts'
export { BITCOIN_NETWORKS, type BitcoinChain } from './networks.ts'

/**
 * Bitcoin, paying from the P2WPKH address of `signer`. Nothing is asked of the node before the first verb that needs it;
 * the first questions are whether its first block is that of `chain`, and whether its wallet watches our address.
 */
export function createBitcoinChain(config: BitcoinConfig, signer: Signer): Chain {
  const context = createContext(config, signer)
  // parseAddress cannot wait, so the wallet is looked up now. A signer that is not up yet is asked again by each verb,
  // and plan() repeats the check.
  let wallet: string | undefined
  const learnWallet = async () => {
    wallet = (await context.wallet()).address
    return wallet
  }
  learnWallet().catch(() => {})
  const only = (asset: string) => assert(asset === 'BTC', `${asset} is not payable on ${context.network}`)

  return {
    network: context.network,
    assets: ['BTC'],
    fee_coin: 'BTC',
    parseAddress: (text) => parseAddress(context, wallet, text),
    walletAddress: learnWallet,
    chainNonce: async () => null,
    coins: async () => {
      return (await spendable(context)).map(({ outpoint, amount, confirmations }) => ({
        outpoint,
        amount,
        is_final: confirmations >= context.confirmations,
      }))
    },
    balance: async (asset) => {
      only(asset)
      return balance(context)
    },
    balanceOf: async (asset, address) => {
      only(asset)
      // First, because an address of another chain is none of this one.
      await context.ready()
      return context.watch.balanceOf(address, scriptOf(address, context.params))
    },
    batchMax: (asset) => {
      only(asset)
      return context.max_outputs
    },
    plan: async (order, limits) => plan(context, order, limits),
    bump: async (last, limits) => bump(context, last, limits),
    cancel: async (last, limits) => cancel(context, last, limits),
    review: async (order) => reviewOrder(signer, context.network, order),
    sign: async (intent, nonce) => sign(context, intent, nonce),
    broadcast: async (raw) => broadcast(context, raw),
    status: async (hash, intent) => status(context, hash, intent),
    probe: async () => probe(context),
  }
}
