import type { Chain } from '../adapters/chain.ts'
import type { Context } from '../context.ts'
import { assert } from '../lib/assert.ts'
import { type TreasuryWallet, findWallet, holdWallet, registerWallet } from './treasuryStore.ts'

/**
 * The hot wallet's row, registered at first sight with the chain's nonce. From then on nonces are ours: a chain that
 * has consumed more of them than we handed out means that something else signs with this key (a restored backup, a
 * second installation), and the wallet is held before it can pay anything twice.
 */
export async function readWallet(ctx: Context, chain: Chain, livemode: boolean): Promise<TreasuryWallet> {
  const key = { livemode, network: chain.network, address: await chain.walletAddress() }
  // The chain first: our own count only grows, so a chain ahead of a later reading is really ahead.
  const consumed = await chain.chainNonce()
  const known = await findWallet(ctx.db, key)
  if (!known) await registerWallet(ctx.db, key, consumed ?? 0n)
  const wallet = known ?? (await findWallet(ctx.db, key))
  assert(wallet, 'a registered wallet is gone')
  if (consumed === null || consumed <= wallet.next_nonce) return wallet
  const reason = `the chain has consumed ${consumed} nonces, this database handed out ${wallet.next_nonce}`
  ctx.log.error({ network: key.network, wallet: key.address }, `wallet held: ${reason}`)
  await holdWallet(ctx.db, key, reason)
  return { ...wallet, hold_reason: reason }
}
