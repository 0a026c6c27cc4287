import { randomInt } from 'node:crypto'
import type { Chain } from '../adapters/chain.ts'
import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { failpoint } from '../lib/failpoint.ts'
import { ASSETS } from '../lib/money.ts'
import type { Desk, TreasuryConfig } from './desk.ts'
import { lockPlanning, refillUnderWay, resting } from './exposureStore.ts'
import { newOrderIds } from './newOrderId.ts'
import type { NewRefill } from './order.ts'
import { insertOrder } from './orderStore.ts'
import type { TreasuryPorts } from './ports.ts'

/** After a refill that failed, its wallet rests; and for so long a balance may lack what has arrived. Seconds. */
const REST_SECONDS = 60
const SETTLE_SECONDS = 60
/** So many amounts, one smallest step apart, tell withdrawals of about the same size apart. */
const MARKS = 10_000

type Pot = TreasuryConfig['pots'][number]

/** Writes down which wallets get coins from the exchange now. Returns how many. */
export async function planRefills(
  ctx: Context,
  ports: TreasuryPorts,
  livemode: boolean,
  desk: Desk,
): Promise<number> {
  let planned = 0
  for (const pot of desk.treasury.pots) {
    const chain = modeOf(ctx, { livemode })?.chains.get(pot.network)
    if (chain && (await planRefill(ctx, ports, livemode, desk, pot, chain))) planned += 1
  }
  return planned
}

async function planRefill(
  ctx: Context,
  ports: TreasuryPorts,
  livemode: boolean,
  { exchange }: Desk,
  { network, asset, min, target, withdraw_key }: Pot,
  chain: Chain,
): Promise<boolean> {
  if (min === null || target === null || withdraw_key === null) return false
  const key = { livemode, network, asset }
  const before = await ports.findPot(ctx.db, key)
  if (!before?.read_at || before.free >= min) return false
  // Only to what our own keys hold: the exchange compares it with the address that was saved under the name.
  const address = chain.vaultOf?.(asset) ?? (await chain.walletAddress())
  const there = (await exchange.balances()).find((balance) => balance.asset === asset)?.free ?? 0n
  const planned = await inTransaction(ctx.db, async (tx) => {
    await lockPlanning(tx, livemode)
    const pot = await ports.findPot(tx, key)
    if (!pot?.read_at || pot.free >= min) return false
    if (await refillUnderWay(tx, key, pot.read_at, SETTLE_SECONDS)) return false
    if ((await resting(tx, livemode, REST_SECONDS)).has(`${asset} ${network}`)) return false
    const amount = marked(target - pot.free, there, asset)
    if (amount === null) {
      ctx.log.error({ ...key, venue: exchange.id }, 'a wallet needs coins and the exchange has none')
      return false
    }
    const order: NewRefill = {
      ...{ kind: 'refill', livemode, ...newOrderIds(), venue: exchange.id, asset, amount },
      ...{ network, address, withdraw_key },
    }
    await insertOrder(tx, order)
    return true
  })
  if (planned) failpoint('treasury.planned')
  return planned
}

/** What is missing, or all that is there, less a few of the smallest steps that no other withdrawal is likely to lack. */
function marked(missing: bigint, there: bigint, asset: Pot['asset']): bigint | null {
  const { decimals, shown } = ASSETS[asset]
  const step = 10n ** BigInt(decimals - shown)
  const steps = (missing < there ? missing : there) / step - BigInt(randomInt(1, MARKS))
  return steps > 0n ? steps * step : null
}
