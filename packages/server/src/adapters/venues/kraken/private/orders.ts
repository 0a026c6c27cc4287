import { z } from 'zod'
import { ProviderError } from '../../../../lib/errors.ts'
import { ASSETS } from '../../../../lib/money.ts'
import type { BuyOrder, Market, OrderState } from '../../../exchange.ts'
import { PAIRS } from '../pairs.ts'
import { minorUnits, plainDecimal } from './amounts.ts'
import type { Call } from './call.ts'

const Added = z.object({ txid: z.array(z.string()).min(1) })
const Order = z.object({
  status: z.enum(['pending', 'open', 'closed', 'canceled', 'expired']),
  cl_ord_id: z.string().nullish(),
  descr: z.object({ pair: z.string(), type: z.string() }),
  vol_exec: z.string(),
  cost: z.string(),
  fee: z.string(),
})
const Opened = z.object({ open: z.record(z.string(), Order) })
const Closed = z.object({ closed: z.record(z.string(), Order) })

/** Kraken's word for a market. @throws ProviderError `refused` */
export function symbolOf({ base, quote }: Market): string {
  const pair = PAIRS.find((one) => one.base === base && one.quote === quote)
  if (!pair) throw new ProviderError('kraken', 'refused', `there is no market ${base}/${quote}`)
  return pair.symbol
}

/**
 * `AddOrder`: limit, IOC, fee in the currency that is paid with. Kraken compares `cl_ord_id` with open orders only, and
 * an IOC order is closed at once: it is for finding the order, it does not keep a second one away. `deadline` does.
 */
export async function addOrder(call: Call, order: BuyOrder): Promise<{ reference: string | null }> {
  const { txid } = await call(
    'AddOrder',
    {
      ordertype: 'limit',
      type: 'buy',
      pair: symbolOf(order),
      volume: plainDecimal(order.amount, ASSETS[order.base].decimals),
      price: plainDecimal(order.limit, 18),
      timeinforce: 'IOC',
      oflags: 'fciq',
      cl_ord_id: order.client_id,
      deadline: new Date(order.deadline_ms).toISOString(),
    },
    Added,
  )
  return { reference: txid[0] ?? null }
}

/** Open ones first: an order that closes between the two questions is seen by the second. */
export async function findOrder(call: Call, client_id: string): Promise<OrderState | null> {
  const { open } = await call('OpenOrders', { cl_ord_id: client_id }, Opened)
  const { closed } = await call('ClosedOrders', { cl_ord_id: client_id }, Closed)
  const found = Object.entries({ ...open, ...closed }).filter(([, { cl_ord_id }]) => cl_ord_id === client_id)
  const [entry, ...others] = found
  if (!entry) return null
  // Only one was ever meant, and to report one of two as all there is would hide the other.
  if (others.length > 0) throw new ProviderError('kraken', 'unknown', `${found.length} orders ${client_id}`)
  const [reference, order] = entry
  const market = PAIRS.find(({ symbol }) => symbol === order.descr.pair)
  if (!market || order.descr.type !== 'buy')
    throw new ProviderError('kraken', 'unknown', `order ${reference} is none of ours: ${order.descr.pair}`)
  return {
    state: order.status === 'open' || order.status === 'pending' ? 'open' : 'closed',
    reference,
    filled: minorUnits(order.vol_exec, market.base, 'floor'),
    paid: minorUnits(order.cost, market.quote, 'half_up'),
    fee: { amount: minorUnits(order.fee, market.quote, 'half_up'), asset: market.quote },
  }
}
