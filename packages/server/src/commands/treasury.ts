import type { Context } from '../context.ts'
import { ProviderError } from '../lib/errors.ts'
import { toDecimalString } from '../lib/money.ts'
import { readTreasury } from '../treasury/readTreasury.ts'
import { treasuryPorts } from '../wiring.ts'
import { defineCommand } from './command.ts'
import { type Cell, table } from './table.ts'

export const treasury = defineCommand({
  name: 'treasury',
  summary: 'what wallets, vaults and the exchange hold, and what of it is free',
  details: [
    'Asks the chains and the exchange. ON CHAIN is what pays payouts: the hot wallet, or where HELD IN says vault, its',
    'vault. RESERVED is promised to payments, FREE what the next ones can be sold. STATE compares FREE with the thresholds',
    'of SKIRO_TEST_TREASURY: "low" is below alarm, "refill" below min, "over" above max. An amount that could not be read',
    'is the last one known, and READ says from when. `treasury orders` lists what is asked of the exchange.',
  ].join('\n'),
  example: 'treasury',
  options: {},
  async run(_, { context }) {
    const ctx = await context('adapters')
    const { pots, orders, wallets } = await readTreasury(ctx, treasuryPorts(ctx))
    const exchanges = await readExchanges(ctx)
    const rows = pots.map(({ livemode, network, asset, held_in, funds, state, alarm, min, target, max }) => {
      const text = (amount: bigint | null | undefined) =>
        amount === null || amount === undefined ? null : toDecimalString({ amount, asset })
      return {
        mode: livemode ? 'live' : 'test',
        network,
        asset,
        held_in,
        on_chain: text(funds?.balance),
        reserved: text(funds?.promised),
        free: text(funds?.free),
        alarm: text(alarm),
        min: text(min),
        target: text(target),
        max: text(max),
        state,
        read_at: funds?.read_at ?? null,
      }
    })
    const open = (state: string) => orders.filter((order) => order.state === state).length
    const summary = {
      orders_open: orders.length,
      orders_unknown: open('unknown'),
      orders_manual: open('manual'),
      wallets_on_hold: wallets,
    }
    const shown = rows.map((row): Cell[] => [
      ...[row.mode, row.network, row.asset, row.held_in, row.on_chain, row.reserved, row.free, row.alarm],
      ...[row.state, row.read_at],
    ])
    const lines = [
      table(
        ['MODE', 'NETWORK', 'ASSET', 'HELD IN', 'ON CHAIN', 'RESERVED', 'FREE', 'ALARM', 'STATE', 'READ'],
        shown,
        'No network is set up, and no payment has needed the treasury yet.',
      ),
      ...exchanges.map(({ venue, error, balances }) =>
        error === null
          ? `\n${table(
              ['AT', 'ASSET', 'FREE', 'LOCKED'],
              balances.map((one) => [venue, one.asset, one.free, one.locked]),
              `Nothing is at ${venue}.`,
            )}`
          : `\n${venue} does not answer: ${error}\n`,
      ),
      `\nOrders that have not ended: ${orders.length}, of which unknown ${open('unknown')}, for a person ${open('manual')}.\n`,
      ...wallets.map(
        (wallet) =>
          `On hold: ${wallet.address} on ${wallet.network} in ${wallet.mode} mode: ${wallet.hold_reason}\n`,
      ),
    ]
    return { json: { object: 'treasury', pots: rows, exchanges, ...summary }, text: lines.join('') }
  },
})

/** What is at the exchanges, with the reason where one does not say. */
async function readExchanges(ctx: Context) {
  const modes = (['test', 'live'] as const).flatMap((mode) => {
    const exchange = ctx.modes[mode]?.exchange
    return exchange ? [{ mode, exchange }] : []
  })
  return await Promise.all(
    modes.map(async ({ mode, exchange }) => {
      try {
        const balances = (await exchange.balances()).map(({ asset, free, locked }) => ({
          asset,
          free: toDecimalString({ amount: free, asset }),
          locked: toDecimalString({ amount: locked, asset }),
        }))
        return { mode, venue: exchange.id, error: null, balances }
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
        return { mode, venue: exchange.id, error: error.message, balances: [] }
      }
    }),
  )
}
