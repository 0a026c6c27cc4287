import type { Chain, Coin } from '../adapters/chain.ts'
import type { Context } from '../context.ts'
import { assert } from '../lib/assert.ts'
import { ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { highestBlock, missingCoins, rememberCoins } from './coinStore.ts'
import { type TreasuryWallet, findWallet, holdWallet, registerWallet } from './treasuryStore.ts'

/**
 * The hot wallet's row, registered at first sight with the chain's nonce. From then on nonces and coins are ours: a chain
 * that has used, or waits for, more nonces than we handed out, or has lost a coin that no batch of ours took, means that
 * something else signs with this key (a restored backup, a second installation), and the wallet is held before it can pay
 * anything twice. So is one that the chain knows longer than we do: only a person can say that nobody else pays from it.
 */
export async function readWallet(ctx: Context, chain: Chain, livemode: boolean): Promise<TreasuryWallet> {
  const key = { livemode, network: chain.network, address: await chain.walletAddress() }
  // The chain first: what our database holds only grows, so a chain ahead of a later reading is really ahead.
  const consumed = await chain.chainNonce()
  const announced = (await chain.pendingNonce?.()) ?? consumed
  const coins = await chain.coins()
  failpoint('payout.wallet_read')
  const known = await findWallet(ctx.db, key)
  if (!known) {
    await registerWallet(ctx.db, key, consumed ?? 0n, firstHold(announced))
    failpoint('payout.wallet_registered')
  }
  const wallet = known ?? (await findWallet(ctx.db, key))
  assert(wallet, 'a registered wallet is gone')
  const reason = coins
    ? await judgeCoins(ctx, chain, wallet, coins)
    : judgeNonces(wallet, consumed ?? 0n, announced ?? 0n)
  if (reason === null) return wallet
  // Also while its whole mode is held: that may be lifted first.
  await holdWallet(ctx.db, key, reason)
  failpoint('payout.wallet_held')
  if (wallet.hold_reason !== null) return wallet
  ctx.log.error({ network: key.network, wallet: key.address }, `wallet held: ${reason}`)
  return { ...wallet, hold_reason: reason }
}

function firstHold(announced: bigint | null): string | null {
  if (announced === null || announced === 0n) return null
  return `this database sees the wallet for the first time, and the chain knows ${announced} transactions of it`
}

function judgeNonces({ next_nonce }: TreasuryWallet, consumed: bigint, announced: bigint): string | null {
  if (consumed > next_nonce)
    return `the chain has consumed ${consumed} nonces, this database handed out ${next_nonce}`
  if (announced > next_nonce)
    return `the network waits to run ${announced} nonces, this database handed out ${next_nonce}`
  return null
}

async function judgeCoins(
  { db }: Context,
  chain: Chain,
  wallet: TreasuryWallet,
  coins: readonly Coin[],
): Promise<string | null> {
  const missing = await missingCoins(db, wallet, coins)
  const [first] = missing
  if (first === undefined) {
    const final = coins.filter(({ is_final }) => is_final)
    if ((await rememberCoins(db, wallet, final)) > 0)
      await highestBlock(db, wallet, (await chain.probe()).block_number)
    return null
  }
  // A node that is restored, or still reads its blocks, has not seen all coins that another one had.
  const { block_number } = await chain.probe()
  if (block_number < (await highestBlock(db, wallet, block_number)))
    throw new ProviderError(chain.network, 'unknown', `the node is at block ${block_number}, behind before`)
  return `coin ${first} was spent by another transaction`
}
