import { listInventory } from '../inventory/store.ts'
import { toDecimalString } from '../lib/money.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

export const inventoryList = defineCommand({
  name: 'inventory list',
  summary: 'what the treasury holds, what of it is promised, and who waits',
  details: [
    'FREE is what the next payments can be sold: BALANCE as it was last read, less the margin that is never promised',
    '(SKIRO_INVENTORY_MARGIN_BPS), less PROMISED to payments that are not paid out for good, less PAID since the balance',
    'was read. WAITING payments are authorised and need more than is free.',
  ].join('\n'),
  example: 'inventory list',
  options: {},
  async run(_, { context }) {
    const { db, config } = await context()
    const pots = await listInventory(db, config.inventory)
    const data = pots.map(({ asset, livemode, network, balance, promised, gone, free, waiting, read_at }) => {
      const text = (amount: bigint) => toDecimalString({ amount, asset })
      return {
        mode: livemode ? 'live' : 'test',
        network,
        asset,
        balance: text(balance),
        promised: text(promised),
        paid: text(gone),
        free: text(free),
        waiting,
        read_at,
      }
    })
    return {
      json: { object: 'list', data },
      text: table(
        ['MODE', 'NETWORK', 'ASSET', 'BALANCE', 'PROMISED', 'PAID', 'FREE', 'WAITING', 'READ'],
        data.map((row) => Object.values(row)),
        'No payment has needed the treasury yet.',
      ),
    }
  },
})
