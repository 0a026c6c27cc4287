import { listWallets } from '../merchants/listWallets.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'
import { nextWallet } from './walletSet.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

export const walletList = defineCommand({
  name: 'wallet list',
  summary: "list a merchant's payout addresses",
  example: 'wallet list --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y',
  options: TENANT,
  async run(values, { context }) {
    const data = await found(
      listWallets(await context(), tenantOf(values)),
      `There is no merchant ${values.merchant}.`,
    )
    return {
      json: { object: 'list', data },
      text: [
        table(
          ['CURRENCY', 'NETWORK', 'ADDRESS'],
          data.map(({ asset, network, address }) => [asset, network, address]),
          `No wallets in ${values.mode} mode: sessions are refused until one is set.`,
        ),
        ...data.map(nextWallet),
      ].join(''),
    }
  },
})
