import { Gauge, type Registry } from '@prometheus-io/client'
import type { Db } from '../db/sql.ts'
import { type Crypto, toDecimalString } from '../lib/money.ts'
import { readHeld, readHolds, readOrders, readPots } from './treasuryStore.ts'

type Threshold = 'alarm' | 'min' | 'target' | 'max'

/** What wallets should hold, minor units; null: not said. */
export type TreasuryWatch = {
  readonly margin_bps: number
  readonly pots: readonly ({
    readonly livemode: boolean
    readonly network: string
    readonly asset: Crypto
  } & Readonly<Record<Threshold, bigint | null>>)[]
}

const THRESHOLDS: readonly Threshold[] = ['alarm', 'min', 'target', 'max']
const ORDER_STATES = ['pending', 'unknown', 'accepted', 'manual'] as const
const modeName = (livemode: boolean) => (livemode ? 'live' : 'test')
/** For a curve and a threshold only: money is never counted in these. */
const major = (amount: bigint, asset: Crypto) => Number(toDecimalString({ amount, asset }))

/** Gauges of the treasury, in whole coins, from the database: take the maximum over processes, not the sum. */
export function createTreasuryGauges(
  registry: Registry,
  db: Db,
  { margin_bps, pots }: TreasuryWatch,
): { read(): Promise<void> } {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const of_pot = ['mode', 'network', 'asset'] as const
  const balance = gauge('skiro_treasury_balance', 'What a wallet held when it was last read.', of_pot)
  const reserved = gauge('skiro_treasury_reserved', 'What of it is promised to payments.', of_pot)
  const free = gauge('skiro_treasury_free', 'What the next payments can be sold.', of_pot)
  const age = gauge('skiro_treasury_age_seconds', 'How long ago a wallet was last read.', of_pot)
  const threshold = gauge('skiro_treasury_threshold', 'What a wallet should hold, as configured.', [
    ...of_pot,
    'threshold',
  ])
  const held = gauge('skiro_payouts_held', 'Payouts that wait for funds or for a person.', [
    ...of_pot,
    'reason',
  ])
  const of_order = ['mode', 'kind', 'state'] as const
  const orders = gauge('skiro_treasury_orders', 'Orders at exchanges that have not ended.', of_order)
  const oldest = gauge(
    'skiro_treasury_orders_oldest_seconds',
    'Orders at exchanges that have not ended: age of the oldest.',
    of_order,
  )
  const on_hold = gauge('skiro_wallets_on_hold', 'Hot wallets that pay nothing until a person has looked.', [
    'mode',
    'network',
  ])

  for (const { livemode, network, asset, ...levels } of pots) {
    for (const name of THRESHOLDS) {
      const level = levels[name]
      if (level !== null)
        threshold.set({ mode: modeName(livemode), network, asset, threshold: name }, major(level, asset))
    }
  }

  async function read(): Promise<void> {
    // What is not known is not shown: an old number would look like a new one.
    for (const one of [balance, reserved, free, age, held, orders, oldest, on_hold]) one.reset()
    const [pot_rows, held_rows, order_rows, hold_rows] = await Promise.all([
      readPots(db, margin_bps),
      readHeld(db),
      readOrders(db),
      readHolds(db),
    ])
    for (const row of pot_rows) {
      const labels = { mode: modeName(row.livemode), network: row.network, asset: row.asset }
      balance.set(labels, major(row.balance, row.asset))
      reserved.set(labels, major(row.promised, row.asset))
      free.set(labels, major(row.free, row.asset))
      age.set(labels, row.age_seconds)
    }
    for (const { livemode, network, asset, reason, payouts } of held_rows)
      held.set({ mode: modeName(livemode), network, asset, reason }, payouts)
    // Every state of a mode in use, also while nothing is in it: a series that comes and goes cannot be alerted on.
    const modes = new Set([...pots, ...order_rows].map(({ livemode }) => livemode))
    for (const livemode of modes) {
      for (const kind of ['hedge', 'refill']) {
        for (const state of ORDER_STATES) {
          const row = order_rows.find(
            (one) => one.livemode === livemode && one.kind === kind && one.state === state,
          )
          orders.set({ mode: modeName(livemode), kind, state }, row?.orders ?? 0)
          oldest.set({ mode: modeName(livemode), kind, state }, row?.oldest_seconds ?? 0)
        }
      }
    }
    for (const { livemode, network, wallets } of hold_rows)
      on_hold.set({ mode: modeName(livemode), network }, wallets)
  }

  return { read }
}
