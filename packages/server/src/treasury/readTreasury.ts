import type { Context } from '../context.ts'
import { CRYPTOS, type Crypto } from '../lib/money.ts'
import { settingsOf } from './desk.ts'
import { listOrders } from './orderStore.ts'
import type { TreasuryOrder } from './order.ts'
import type { PotFunds, TreasuryPorts } from './ports.ts'
import { heldWallets, type HeldWallet } from './walletStore.ts'

/** low: below alarm · refill: below min · over: above max · unread: nothing is known of it. */
export type PotState = 'ok' | 'low' | 'refill' | 'over' | 'unread'
type Thresholds = Readonly<Record<'alarm' | 'min' | 'target' | 'max', bigint | null>>

export type PotView = Thresholds & {
  readonly livemode: boolean
  readonly network: string
  readonly asset: Crypto
  readonly held_in: 'wallet' | 'vault'
  readonly funds: PotFunds | null
  readonly state: PotState
}

const NONE: Thresholds = { alarm: null, min: null, target: null, max: null }
const ORDERS_MAX = 1000

/** Everything that the treasury is made of now. Each pot of each network is read from its chain first. */
export async function readTreasury(
  ctx: Context,
  ports: TreasuryPorts,
  /** Pots without a threshold may be left out: nothing is wrong with them, whatever they hold. */
  { with_thresholds_only = false } = {},
): Promise<{ pots: PotView[]; orders: TreasuryOrder[]; wallets: HeldWallet[] }> {
  const pots = [false, true].flatMap((livemode) => {
    const chains = [...(ctx.modes[livemode ? 'live' : 'test']?.chains.values() ?? [])]
    const settings = settingsOf(ctx.config, livemode)
    const settingFor = (network: string, asset: Crypto) =>
      settings?.pots.find((pot) => pot.network === network && pot.asset === asset)
    return chains.flatMap((chain) =>
      CRYPTOS.filter(
        (asset) =>
          chain.assets.includes(asset) && (!with_thresholds_only || settingFor(chain.network, asset)),
      ).map(async (asset): Promise<PotView> => {
        const key = { livemode, network: chain.network, asset }
        await ports.refreshPot(key)
        const funds = await ports.findPot(ctx.db, key)
        const { alarm, min, target, max } = settingFor(chain.network, asset) ?? NONE
        const held_in = chain.vaultOf?.(asset) ? 'vault' : 'wallet'
        const thresholds = { alarm, min, target, max }
        return { ...key, ...thresholds, held_in, funds, state: judge(funds, thresholds) }
      }),
    )
  })
  return {
    pots: await Promise.all(pots),
    orders: await listOrders(ctx.db, { all: false, limit: ORDERS_MAX }),
    wallets: await heldWallets(ctx.db),
  }
}

/** How what is free compares with what should be there. */
export function judge(
  funds: PotFunds | null,
  { alarm, min, max }: Pick<Thresholds, 'alarm' | 'min' | 'max'>,
): PotState {
  if (!funds?.read_at) return 'unread'
  if (alarm !== null && funds.free < alarm) return 'low'
  if (min !== null && funds.free < min) return 'refill'
  if (max !== null && funds.free > max) return 'over'
  return 'ok'
}
