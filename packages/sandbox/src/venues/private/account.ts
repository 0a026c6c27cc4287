import { randomBytes } from 'node:crypto'
import type { Asset } from '../market.ts'
import { SCALE } from './amount.ts'

export type Order = {
  readonly reference: string
  readonly client_id: string | null
  readonly symbol: string
  readonly opened_at_ms: number
  readonly amount: bigint
  readonly limit: bigint
  readonly filled: bigint
  readonly cost: bigint
  readonly fee: bigint
}

export type WithdrawalStatus = 'Initial' | 'Pending' | 'Success' | 'Failure'
export type Withdrawal = {
  readonly reference: string
  readonly asset: Asset
  readonly key: string
  readonly address: string
  readonly asked_at_ms: number
  /** What arrives; `fee` left the account with it. */
  readonly amount: bigint
  readonly fee: bigint
  status: WithdrawalStatus
  tx_hash: string | null
}

export type SavedAddress = { readonly asset: Asset; readonly address: string }
export type Ask = { readonly price: bigint; readonly size: bigint }

/** A trading account: balances, orders and withdrawals, all scaled by SCALE. Its own book, which tests read. */
export class Account {
  readonly balances = new Map<Asset, bigint>()
  readonly orders: Order[] = []
  readonly withdrawals: Withdrawal[] = []
  readonly addresses = new Map<string, SavedAddress>()
  /** What was taken from a market a moment ago is not there again at once. */
  readonly #taken = new Map<string, { until_ms: number; amount: bigint }>()

  add(asset: Asset, amount: bigint): void {
    this.balances.set(asset, (this.balances.get(asset) ?? 0n) + amount)
  }

  held(asset: Asset): bigint {
    return this.balances.get(asset) ?? 0n
  }

  /**
   * Immediate or cancel: takes what the asks have at `limit` or better, best first, so that a larger order pays more for
   * each unit. Null: the account could not pay for it.
   */
  buy(
    wanted: Pick<Order, 'client_id' | 'symbol' | 'amount' | 'limit'> & { base: Asset; quote: Asset },
    asks: readonly Ask[],
    now_ms: number,
  ): Order | null {
    const { base, quote, amount, limit } = wanted
    if ((amount * limit) / SCALE > this.held(quote)) return null
    const before = this.#taken.get(wanted.symbol)
    let skip = before && before.until_ms > now_ms ? before.amount : 0n
    let [filled, cost] = [0n, 0n]
    for (const { price, size } of asks) {
      if (price > limit || filled === amount) break
      const left = size > skip ? size - skip : 0n
      skip -= size - left
      const part = left < amount - filled ? left : amount - filled
      filled += part
      cost += (part * price) / SCALE
    }
    const fee = (cost * TAKER_FEE_BPS) / 10_000n
    this.#taken.set(wanted.symbol, { until_ms: now_ms + 2000, amount: filled })
    this.add(quote, -(cost + fee))
    this.add(base, filled)
    const { client_id, symbol } = wanted
    const order = { client_id, symbol, amount, limit, filled, cost, fee }
    this.orders.push({ reference: newReference('O'), opened_at_ms: now_ms, ...order })
    return this.orders.at(-1) ?? null
  }

  /** Null: there is not that much. */
  withdraw(asset: Asset, key: string, address: string, whole: bigint, now_ms: number): Withdrawal | null {
    const fee = WITHDRAWAL_FEES[asset] ?? 0n
    if (whole <= fee || whole > this.held(asset)) return null
    this.add(asset, -whole)
    const withdrawal: Withdrawal = {
      ...{ reference: newReference('F'), asset, key, address, asked_at_ms: now_ms, amount: whole - fee, fee },
      status: 'Initial',
      tx_hash: null,
    }
    this.withdrawals.push(withdrawal)
    return withdrawal
  }

  /** Ends a withdrawal; one that failed gives its coins back. */
  settle(withdrawal: Withdrawal, status: WithdrawalStatus): void {
    if (withdrawal.status === 'Success' || withdrawal.status === 'Failure') return
    withdrawal.status = status
    if (status === 'Success') withdrawal.tx_hash = `0x${randomBytes(32).toString('hex')}`
    if (status === 'Failure') this.add(withdrawal.asset, withdrawal.amount + withdrawal.fee)
  }
}

const TAKER_FEE_BPS = 26n
const WITHDRAWAL_FEES: Partial<Record<Asset, bigint>> = {
  USDT: 4n * SCALE,
  USDC: 4n * SCALE,
  BTC: SCALE / 5000n,
  ETH: SCALE / 400n,
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Such as OQCLML-BW3P3-BUCMWZ. */
function newReference(first: string): string {
  const letters = Array.from(randomBytes(16), (byte) => LETTERS[byte % 32]).join('')
  return `${first}${letters.slice(0, 5)}-${letters.slice(5, 10)}-${letters.slice(10)}`
}
