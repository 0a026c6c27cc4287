import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import type { AddressMac } from '../lib/addressMac.ts'
import { SkiroError } from '../lib/errors.ts'
import { vouch, type Vouched, vouchedAddresses } from './addressMacs/store.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

export const walletMac = defineCommand({
  name: 'wallet mac',
  summary: 'show payout addresses that nobody vouches for, and vouch for them',
  details: [
    'The signer pays to no address without a MAC under SKIRO_ADDRESS_MAC_KEY. Addresses that were set before there was one',
    'have none. Look at the list first: whoever could write to the database could have written what it shows.',
    'Exit code 1 while there are any.',
  ].join('\n'),
  example: 'wallet mac --confirm',
  options: {
    confirm: { type: 'boolean', help: 'I have looked: vouch for all that the list shows' },
  },
  async run({ confirm }, { context }) {
    const ctx = await context()
    const open = await unproven(ctx)
    if (confirm) {
      await inTransaction(ctx.db, async (tx) => {
        for (const row of open) await vouch(tx, row, macOf(ctx, row.livemode).make(row))
      })
    }
    const left = confirm ? await unproven(ctx) : open
    return {
      json: {
        object: 'list',
        vouched_for: open.length - left.length,
        data: left.map(({ mac, ...row }) => ({ ...row, mac: mac === null ? 'none' : 'wrong' })),
      },
      text: [
        confirm ? `Vouched for ${open.length - left.length} addresses.\n\n` : '',
        table(
          ['MERCHANT', 'MODE', 'CURRENCY', 'NETWORK', 'ADDRESS', 'WHERE', 'MAC'],
          left.map(({ merchant_id, livemode, asset, network, address, kind, id, mac }) => [
            ...[merchant_id, livemode ? 'live' : 'test', asset, network, address],
            ...[kind === 'payout' || kind === 'transaction' ? id : kind, mac === null ? 'none' : 'wrong'],
          ]),
          'Every address that money may go to is vouched for.',
        ),
      ].join(''),
      failed: left.length > 0,
    }
  },
})

async function unproven(ctx: Context): Promise<Vouched[]> {
  const rows = await vouchedAddresses(ctx.db)
  return rows.filter((row) => row.mac === null || !macOf(ctx, row.livemode).verifies(row, row.mac))
}

function macOf({ config }: Context, livemode: boolean): AddressMac {
  const mac = config[livemode ? 'live' : 'test']?.signer.address_mac
  if (mac) return mac
  throw new SkiroError('invalid_request', {
    message: `SKIRO_ADDRESS_MAC_KEY is not set here, or ${livemode ? 'live' : 'test'} mode is not set up.`,
  })
}
