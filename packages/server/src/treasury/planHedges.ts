import type { MarketRules } from '../adapters/exchange.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { failpoint } from '../lib/failpoint.ts'
import { ASSETS, type Crypto, type Fiat, FIATS } from '../lib/money.ts'
import type { Desk } from './desk.ts'
import { type Exposure, lockPlanning, readExposure, resting } from './exposureStore.ts'
import { costOf, nextHedges, type Wanted } from './nextHedges.ts'
import { newOrderIds } from './newOrderId.ts'
import type { NewHedge } from './order.ts'
import { insertOrder } from './orderStore.ts'
import type { TreasuryPorts } from './ports.ts'

/** After an order that failed, the pair rests. Seconds. */
const REST_SECONDS = 30
const BPS = 10_000n

/**
 * Writes down what has to be bought now for what was sold to merchants. Prices are asked first; then one worker at a time
 * decides, by what the books say at that moment. Returns how many orders there are to place.
 */
export async function planHedges(
  ctx: Context,
  ports: TreasuryPorts,
  livemode: boolean,
  { exchange, treasury }: Desk,
): Promise<number> {
  const { hedge } = treasury
  if (!hedge) return 0
  const exposure = await readExposure(ctx.db, livemode)
  const offers = await askPrices(ports, livemode, exposure, hedge, exchange)
  if (offers.size === 0) return 0
  const planned = await inTransaction(ctx.db, async (tx) => {
    await lockPlanning(tx, livemode)
    const rest = await resting(tx, livemode, REST_SECONDS)
    const price = (asset: Crypto, currency: Fiat) => {
      const pair = `${asset} ${currency}`
      return rest.has(pair) ? null : (offers.get(pair)?.price ?? null)
    }
    const orders = nextHedges(await readExposure(tx, livemode), price, hedge).flatMap((wanted) => {
      const offer = offers.get(`${wanted.asset} ${wanted.currency}`)
      const order = offer && draft(wanted, offer, livemode, exchange.id, hedge.tolerance_bps)
      return order ? [order] : []
    })
    for (const order of orders) await insertOrder(tx, order)
    return orders.length
  })
  if (planned > 0) failpoint('treasury.planned')
  return planned
}

type Offer = { readonly price: bigint; readonly rules: MarketRules }

/** Of every pair that may be wanted, for an amount of the size that would be. */
async function askPrices(
  ports: TreasuryPorts,
  livemode: boolean,
  { fx }: Exposure,
  { minimum, currency: fallback }: NonNullable<Desk['treasury']['hedge']>,
  exchange: Desk['exchange'],
): Promise<Map<string, Offer>> {
  const offers = new Map<string, Offer>()
  for (const [asset, least] of minimum) {
    if ((fx.get(asset) ?? 0n) < least) continue
    for (const currency of FIATS) {
      const paid = -(fx.get(currency) ?? 0n)
      if (paid <= 0n && currency !== fallback) continue
      const market = exchange.markets.find(({ base, quote }) => base === asset && quote === currency)
      const size = paid > 0n ? paid : 10n ** BigInt(ASSETS[currency].decimals + 2)
      const price = market && (await ports.priceOf(livemode, { amount: size, asset: currency }, asset))
      if (market && price) offers.set(`${asset} ${currency}`, { price, rules: await exchange.rules(market) })
    }
  }
  return offers
}

/** The order as the market takes it. Null: it would be too small. */
function draft(
  { asset, currency, amount }: Wanted,
  { price, rules }: Offer,
  livemode: boolean,
  venue: string,
  tolerance_bps: number,
): NewHedge | null {
  const limit = floorTo((price * (BPS + BigInt(tolerance_bps))) / BPS, 18, rules.price_decimals)
  const rounded = floorTo(amount, ASSETS[asset].decimals, rules.amount_decimals)
  if (rounded < rules.min_amount || rounded === 0n || limit === 0n) return null
  if (costOf(asset, rounded, currency, limit) === 0n) return null
  const ids = newOrderIds()
  return { kind: 'hedge', livemode, ...ids, venue, asset, currency, amount: rounded, limit_price: limit }
}

function floorTo(value: bigint, decimals: number, kept: number): bigint {
  const step = 10n ** BigInt(Math.max(0, decimals - kept))
  return value - (value % step)
}
