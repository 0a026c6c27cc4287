import type { Crypto } from '../lib/money.ts'
import type { StepContext } from './step.ts'
import { type TreasuryWallet, promised } from './treasuryStore.ts'

/** What the wallet held of an asset at the chain's head, and what of that nobody was promised. Minor units. */
export type Funds = { readonly balance: bigint; readonly free: bigint }

/** Null where coins are spent: there each coin is reserved by itself. */
export async function readFunds(
  { ctx, chain }: StepContext,
  wallet: TreasuryWallet,
  asset: Crypto,
): Promise<Funds | null> {
  if ((await chain.chainNonce()) === null) return null
  const balance = await chain.balance(asset)
  const is_fuel = chain.fee_coin === asset
  return { balance, free: balance - (await promised(ctx.db, wallet, asset, is_fuel, wallet.read_at)) }
}
