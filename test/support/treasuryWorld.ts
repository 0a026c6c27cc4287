import assert from 'node:assert/strict'
import type { Context } from '../../packages/server/src/context.ts'
import { inTransaction } from '../../packages/server/src/db/sql.ts'
import { platform } from '../../packages/server/src/ledger/platform.ts'
import { post } from '../../packages/server/src/ledger/post.ts'
import { credit, debit } from '../../packages/server/src/ledger/posting.ts'
import { trialBalance } from '../../packages/server/src/ledger/balanceStore.ts'
import { armFailpoint, type Failpoint } from '../../packages/server/src/lib/failpoint.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import { type Crypto, type Fiat, toDecimalString } from '../../packages/server/src/lib/money.ts'
import { advanceOrder } from '../../packages/server/src/treasury/advanceOrder.ts'
import { deskOf } from '../../packages/server/src/treasury/desk.ts'
import type { TreasuryOrder } from '../../packages/server/src/treasury/order.ts'
import { listOrders } from '../../packages/server/src/treasury/orderStore.ts'
import { treasuryPorts } from '../../packages/server/src/wiring.ts'
import { openExchangeWorld } from './exchangeWorld.ts'
import { gatewayContext, TEST_MODE } from './gatewayContext.ts'

/** Ends a step where `kill -9` would: nothing after it runs. */
export class Crash extends Error {}

export const HEDGE = { tolerance_bps: 100, minimum: { USDT: '10', BTC: '0.001' } }
export const POT = {
  network: 'ethereum',
  asset: 'USDT',
  min: '100',
  target: '1000',
  withdraw_key: 'skiro-usdt',
}

/** A gateway with a treasury on a database of its own, and the sandbox's exchange for it. */
export async function openTreasuryWorld(treasury: object = { hedge: HEDGE, pots: [POT] }) {
  const outside = await openExchangeWorld()
  const gateway = await gatewayContext({
    ...TEST_MODE,
    SKIRO_TEST_VENUES: JSON.stringify(outside.urls),
    SKIRO_INVENTORY_MARGIN_BPS: '0',
    SKIRO_TEST_TREASURY: JSON.stringify({
      exchange: {
        id: 'kraken',
        url: outside.urls.kraken,
        ...outside.keys,
        deadline_seconds: 2,
        lag_seconds: 1,
      },
      ...treasury,
    }),
  })
  const { ctx } = gateway
  const desk = deskOf(ctx, false)
  const chain = ctx.modes.test?.chains.get('ethereum')
  assert.ok(desk && chain)
  const address = await chain.walletAddress()
  await outside.save('skiro-usdt', 'USDT', address)
  return {
    ...outside,
    ctx,
    desk,
    address,
    ports: treasuryPorts(ctx),
    orders: async () => (await listOrders(ctx.db, { all: true, limit: 100 })).toReversed(),
    async only(): Promise<TreasuryOrder> {
      const [order, ...others] = await listOrders(ctx.db, { all: true, limit: 100 })
      assert.ok(order && others.length === 0, `${others.length + 1} orders`)
      return order
    },
    /** As if so much had been sold to merchants: the two `fx` lines of conversions. */
    async sold(amount: bigint, asset: Crypto, value: bigint, currency: Fiat) {
      await inTransaction(ctx.db, (tx) =>
        post(tx, platform(false), `sold:${newId('journal')}`, [
          ...[debit('fx', { amount, asset }), credit('capital', { amount, asset })],
          ...[
            debit('capital', { amount: value, asset: currency }),
            credit('fx', { amount: value, asset: currency }),
          ],
        ]),
      )
    },
    /** What the wallet held when it was last read. */
    async holds(balance: bigint) {
      await ctx.db.query(
        `insert into inventory (livemode, network, asset, balance, read_at, promised)
         values (false, 'ethereum', 'USDT', $1, now(), 0)
         on conflict (livemode, network, asset) do update set balance = $1, read_at = now()`,
        [balance],
      )
    },
    async balance(account: string, asset: string): Promise<string> {
      const all = await trialBalance(ctx.db, { livemode: false })
      const found = all.find((one) => one.account === account && one.asset === asset)
      return toDecimalString({ amount: found?.balance ?? 0n, asset: asset as Crypto })
    },
    /** The lease of a worker that died runs out. */
    async expireLeases() {
      await ctx.db.query('update treasury_order set lease_until = null, wake_at = now() where $1', [true])
    },
    /** Time passes since the last call: its deadline and the exchange's lag are over. */
    async passes(seconds: number) {
      await ctx.db.query(
        `update treasury_order set sent_at = sent_at - $1 * interval '1 second' where ended_at is null`,
        [seconds],
      )
    },
    async work(order: { livemode: boolean; id: string }) {
      await advanceOrder(ctx, order)
    },
    async close() {
      await gateway.close()
      await outside.close()
    },
  }
}

export type TreasuryWorld = Awaited<ReturnType<typeof openTreasuryWorld>>

/** Runs `work` in a process that dies at the failpoint. */
export async function dyingAt(failpoint: Failpoint, work: () => Promise<unknown>): Promise<void> {
  armFailpoint(failpoint, () => {
    throw new Crash(failpoint)
  })
  try {
    await assert.rejects(work(), Crash)
  } finally {
    armFailpoint('', () => {})
  }
}

export type { Context }
