import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { buildContext } from '../../packages/server/src/buildContext.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { newMerchant } from '../support/gatewayContext.ts'
import type { Merchant, World } from '../support/world.ts'

export const ASSETS = ['USDT', 'USDC', 'ETH'] as const
export type Asset = (typeof ASSETS)[number]

/** What a customer is going to buy. The merchant's address receives this asset for nothing else. */
export type Order = {
  readonly key: string
  readonly merchant: Merchant
  readonly asset: Asset
  /** In US cents, another for each order. */
  readonly cents: number
}

const FIRST_CENTS = 2_011
const STEP_CENTS = 7

/** Orders of merchants with addresses that the chain has never seen, one per asset. */
export async function makeOrders(world: World, count: number): Promise<Order[]> {
  const ctx = buildContext(readConfig({ ...world.env, SKIRO_LOG_LEVEL: 'silent' }))
  try {
    const orders: Order[] = []
    while (orders.length < count) {
      const merchant = await makeMerchant()
      for (const asset of ASSETS.slice(0, count - orders.length)) {
        const number = orders.length
        orders.push({ key: `order-${number}`, merchant, asset, cents: FIRST_CENTS + STEP_CENTS * number })
      }
    }
    return orders
  } finally {
    await ctx.db.pool.end()
  }

  async function makeMerchant(): Promise<Merchant> {
    const address = privateKeyToAddress(generatePrivateKey())
    const wallet = { network: 'ethereum', address }
    const made = await newMerchant(ctx, {
      webhook_url: `${world.receiver.url}/webhooks`,
      wallets: { USDT: wallet, USDC: wallet, ETH: wallet },
    })
    return { ...made, address }
  }
}
