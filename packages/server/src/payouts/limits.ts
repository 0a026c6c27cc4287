import type { Limits } from '../adapters/chain.ts'
import { shareOf, type Crypto } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import { takenCoins } from './batchCoinStore.ts'
import { policyOf } from './policy.ts'
import type { StepContext } from './step.ts'

type Paid = { readonly amount: bigint } & Omit<Ref, 'id'> & { readonly transaction_id: string }

/**
 * What a transaction that pays these payouts may cost and spend. The fee may be no more than the network's cap, and no
 * more than a share of what is paid out. Null: there is no rate now to compare a coin with the one that pays the fee.
 */
export async function limitsOf(
  step: StepContext,
  { livemode, network, asset }: { livemode: boolean; network: string; asset: Crypto },
  payouts: readonly Paid[],
): Promise<Limits | null> {
  const { fee_cap, fee_share_bps } = policyOf(step.ctx, livemode, network)
  const worth = await worthOf(step, asset, payouts)
  if (worth === null) return null
  const share = worth === 'unpriced' ? fee_cap : shareOf(worth, fee_share_bps, 'floor')
  return {
    fee_cap: share < fee_cap ? share : fee_cap,
    coins: await freeCoins(step, livemode),
  }
}

/** In the smallest unit of the coin that pays fees. A coin that no venue is asked about has no price: the cap has to do. */
async function worthOf(
  { ports, chain }: StepContext,
  asset: Crypto,
  payouts: readonly Paid[],
): Promise<bigint | 'unpriced' | null> {
  const coin = chain.fee_coin
  if (coin === 'POL') return 'unpriced'
  if (coin === asset) return payouts.reduce((sum, { amount }) => sum + amount, 0n)
  return await ports.worthIn(
    coin,
    payouts.map(({ merchant_id, livemode, transaction_id }) => ({
      merchant_id,
      livemode,
      id: transaction_id,
    })),
  )
}

/** Coins of the wallet that no batch has. Empty where there are nonces. */
async function freeCoins({ ctx, chain }: StepContext, livemode: boolean): Promise<Limits['coins']> {
  const coins = await chain.coins()
  if (!coins || coins.length === 0) return []
  const taken = await takenCoins(
    ctx.db,
    livemode,
    chain.network,
    coins.map(({ outpoint }) => outpoint),
  )
  return coins.filter(({ outpoint }) => !taken.has(outpoint))
}
