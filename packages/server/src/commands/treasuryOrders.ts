import { formatDecimal, toDecimalString } from '../lib/money.ts'
import type { TreasuryOrder } from '../treasury/order.ts'
import { listOrders } from '../treasury/orderStore.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

const SHOWN_MAX = 200

export const treasuryOrders = defineCommand({
  name: 'treasury orders',
  summary: 'what was asked of the exchange: hedges and refills that have not ended',
  details: [
    'pending: not asked yet. unknown: asked, and no answer came; it is looked up and never asked again blindly. accepted:',
    'the exchange has it. manual: the exchange does not show it and it cannot be asked again safely: find out there, then',
    '`treasury resolve`. With --all also the newest that have ended.',
  ].join('\n'),
  example: 'treasury orders',
  options: { all: { type: 'boolean', help: 'also those that are done or have failed, newest first' } },
  async run({ all }, { context }) {
    const { db } = await context()
    const data = (await listOrders(db, { all, limit: SHOWN_MAX })).map(renderOrder)
    return {
      json: { object: 'list', data },
      text: table(
        ['ORDER', 'MODE', 'KIND', 'STATE', 'AMOUNT', 'FOR', 'FILLED', 'FEE', 'CREATED', 'WHY'],
        data.map((row) => [
          ...[row.id, row.mode, row.kind, row.state, `${row.amount} ${row.asset}`],
          row.kind === 'hedge' ? `${row.currency} at ${row.limit_price}` : `${row.network} ${row.address}`,
          ...[row.filled, row.fee && `${row.fee} ${row.fee_asset}`, row.created_at, row.reason],
        ]),
        all ? 'Nothing was ever asked of an exchange.' : 'No order is open.',
      ),
    }
  },
})

/** An order as the operator sees it. */
export function renderOrder(order: TreasuryOrder) {
  const { livemode, id, kind, venue, client_id, asset, state, reference, tx_hash, reason } = order
  const coins = (amount: bigint | null) => (amount === null ? null : toDecimalString({ amount, asset }))
  const { fee, fee_asset } = order
  const hedge = order.kind === 'hedge' ? order : null
  const refill = order.kind === 'refill' ? order : null
  return {
    object: 'treasury_order',
    id,
    mode: livemode ? 'live' : 'test',
    kind,
    state,
    venue,
    client_id,
    asset,
    amount: coins(order.amount),
    currency: hedge?.currency ?? null,
    limit_price: hedge && formatDecimal(hedge.limit_price, 18).replace(/\.?0+$/, ''),
    network: refill?.network ?? null,
    address: refill?.address ?? null,
    reference,
    tx_hash,
    filled: coins(order.filled),
    paid:
      hedge === null || order.paid === null
        ? null
        : toDecimalString({ amount: order.paid, asset: hedge.currency }),
    fee: fee === null || fee_asset === null ? null : toDecimalString({ amount: fee, asset: fee_asset }),
    fee_asset,
    reason,
    created_at: order.created_at,
    sent_at: order.sent_at,
    ended_at: order.ended_at,
  }
}
