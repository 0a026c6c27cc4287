import type { Asset } from '../market.ts'
import type { Account, Ask, Order, Withdrawal } from './account.ts'
import { parseAmount, SCALE, showAmount } from './amount.ts'

export type Listed = {
  readonly symbol: string
  readonly base: Asset
  readonly quote: Asset
  readonly tick_decimals: number
}
export type Desk = {
  readonly account: Account
  readonly listed: readonly Listed[]
  readonly now: () => number
  readonly asks: (pair: Listed) => readonly Ask[]
}

/** The result, or Kraken's error. */
export type Answer = { readonly result: unknown } | { readonly error: string }
const refused = (error: string): Answer => ({ error })

/** Older names, which answers carry. */
const LONG: Partial<Record<Asset, string>> = {
  BTC: 'XXBT',
  ETH: 'XETH',
  USD: 'ZUSD',
  EUR: 'ZEUR',
  GBP: 'ZGBP',
  CAD: 'ZCAD',
  AUD: 'ZAUD',
}
const longName = (asset: Asset) => LONG[asset] ?? asset
const assetNamed = (name: string | null): Asset => (name === 'XBT' ? 'BTC' : name) as Asset

export const OPERATIONS: Readonly<Record<string, (desk: Desk, fields: URLSearchParams) => Answer>> = {
  BalanceEx({ account }) {
    const entries = [...account.balances].map(([asset, amount]) => [
      longName(asset),
      { balance: showAmount(amount), hold_trade: showAmount(0n) },
    ])
    return { result: Object.fromEntries(entries) }
  },

  AddOrder({ account, listed, now, asks }, fields) {
    const pair = listed.find(({ symbol }) => symbol === fields.get('pair'))
    if (!pair) return refused('EQuery:Unknown asset pair')
    const amount = parseAmount(fields.get('volume') ?? '')
    const limit = parseAmount(fields.get('price') ?? '')
    const only_this =
      fields.get('ordertype') === 'limit' &&
      fields.get('type') === 'buy' &&
      fields.get('timeinforce') === 'IOC'
    // Nothing else is simulated, and what is not simulated must not look as if it worked.
    if (!amount || !limit || !only_this) return refused('EGeneral:Invalid arguments')
    if (limit % 10n ** BigInt(10 - pair.tick_decimals) !== 0n) return refused('EOrder:Invalid price')
    const client_id = fields.get('cl_ord_id')
    if (client_id !== null && !/^(?:[0-9a-f]{32}|[\x21-\x7e]{1,18})$/.test(client_id))
      return refused('EGeneral:Invalid arguments:cl_ord_id')
    const deadline = fields.get('deadline')
    if (deadline !== null && Date.parse(deadline) < now()) return refused('EService:Deadline elapsed')
    const wanted = { client_id, symbol: pair.symbol, base: pair.base, quote: pair.quote, amount, limit }
    const order = account.buy(wanted, asks(pair), now())
    if (!order) return refused('EOrder:Insufficient funds')
    return {
      result: { txid: [order.reference], descr: { order: `buy ${fields.get('volume')} ${pair.symbol}` } },
    }
  },

  // Orders are filled or cancelled at once, so none is ever open, and a client id that was used may be used again.
  OpenOrders: () => ({ result: { open: {} } }),

  ClosedOrders({ account }, fields) {
    const wanted = fields.get('cl_ord_id')
    const found = account.orders.filter(({ client_id }) => wanted === null || client_id === wanted)
    return { result: { closed: Object.fromEntries(found.map(viewOrder)), count: found.length } }
  },

  Withdraw({ account, now }, fields) {
    const asset = assetNamed(fields.get('asset'))
    const key = fields.get('key') ?? ''
    const saved = account.addresses.get(key)
    if (saved?.asset !== asset) return refused('EFunding:Unknown withdraw key')
    const address = fields.get('address')
    if (address !== null && address !== saved.address) return refused('EFunding:Invalid address')
    const amount = parseAmount(fields.get('amount') ?? '')
    if (!amount) return refused('EFunding:Invalid amount')
    const made = account.withdraw(asset, key, saved.address, amount, now())
    return made ? { result: { refid: made.reference } } : refused('EFunding:Insufficient funds')
  },

  WithdrawStatus({ account }, fields) {
    const asset = fields.get('asset')
    const start_ms = Number(fields.get('start') ?? 0) * 1000
    const found = account.withdrawals.filter(
      (one) => (asset === null || one.asset === assetNamed(asset)) && one.asked_at_ms >= start_ms,
    )
    return { result: found.map(viewWithdrawal).toReversed() }
  },
}

function viewOrder(order: Order): [string, object] {
  const { reference, client_id, symbol, opened_at_ms, amount, limit, filled, cost, fee } = order
  const view = {
    cl_ord_id: client_id,
    status: filled === amount ? 'closed' : 'canceled',
    opentm: opened_at_ms / 1000,
    descr: { pair: symbol, type: 'buy', ordertype: 'limit', price: showAmount(limit) },
    vol: showAmount(amount),
    vol_exec: showAmount(filled),
    cost: showAmount(cost),
    fee: showAmount(fee),
    price: showAmount(filled === 0n ? 0n : (cost * SCALE) / filled),
  }
  return [reference, view]
}

function viewWithdrawal(one: Withdrawal): object {
  return {
    method: one.asset,
    aclass: 'currency',
    asset: longName(one.asset),
    refid: one.reference,
    txid: one.tx_hash,
    info: one.address,
    key: one.key,
    amount: showAmount(one.amount),
    fee: showAmount(one.fee),
    time: Math.floor(one.asked_at_ms / 1000),
    status: one.status,
  }
}
