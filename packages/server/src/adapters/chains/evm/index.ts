import { type Address, getAddress } from 'viem'
import type { Chain } from '../../chain.ts'
import type { Signer } from '../../signer.ts'
import { reviewOrder } from '../shared/review.ts'
import { balance, balanceOf, chainNonce, pendingNonce } from './balance.ts'
import { broadcast } from './broadcast.ts'
import { batchMax, createContext, type EvmConfig } from './context.ts'
import { findByNonce } from './findByNonce.ts'
import { isContract } from './isContract.ts'
import { parseAddress } from './parseAddress.ts'
import { plan } from './plan.ts'
import { probe } from './probe.ts'
import { refusePayee } from './refusePayee.ts'
import { bump, cancel } from './replace.ts'
import { sign } from './sign.ts'
import { status } from './status.ts'

export type { EvmConfig } from './context.ts'
export { EVM_NETWORKS, type EvmNetwork } from './networks.ts'

/**
 * One EVM network, paying from the account of `signer`, and tokens from the vault that it operates if there is one. Nothing is asked of the node before the first verb that needs
 * it; the first question is whether it serves `chain_id` and the tokens count in six decimals.
 * @throws Error when an address of the configuration is not one.
 */
export function createEvmChain(config: EvmConfig, signer: Signer): Chain {
  const context = createContext(config, signer)
  // parseAddress cannot wait, so the wallet is looked up now. A signer that is not up yet is asked again by each verb,
  // and plan() repeats the check.
  let wallet: Address | undefined
  const learnWallet = async () => {
    wallet = await context.wallet()
    return wallet
  }
  learnWallet().catch(() => {})

  const { sim_url } = config
  return {
    network: context.network,
    assets: [...context.tokens.keys(), ...(context.coin === 'ETH' ? (['ETH'] as const) : [])],
    fee_coin: context.coin,
    parseAddress: (text) => parseAddress(context, wallet, text),
    isContract: async (address) => isContract(context, address),
    walletAddress: learnWallet,
    chainNonce: async () => chainNonce(context),
    pendingNonce: async () => pendingNonce(context),
    findByNonce: async (nonce) => findByNonce(context, nonce),
    coins: async () => null,
    balance: async (asset) => balance(context, asset),
    vaultOf: (asset) => (context.tokens.has(asset) ? context.vault : null),
    balanceOf: async (asset, address) => balanceOf(context, asset, getAddress(address)),
    batchMax: (asset) => batchMax(context, asset),
    plan: async (order, limits) => plan(context, order, limits),
    bump: async (last, limits) => bump(context, last, limits),
    cancel: async (last, limits) => cancel(context, last, limits),
    review: async (order) => reviewOrder(signer, context.network, order),
    sign: async (intent, nonce) => sign(context, intent, nonce),
    broadcast: async (raw) => broadcast(context, raw),
    status: async (hash, intent) => status(context, hash, intent),
    probe: async () => probe(context),
    ...(sim_url !== undefined && {
      refusePayee: async (asset, address, when) =>
        refusePayee(context.network, sim_url, { asset, address, when }),
    }),
  }
}
