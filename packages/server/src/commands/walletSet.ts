import { parse } from '../http/parse.ts'
import { CRYPTOS } from '../lib/money.ts'
import type { StoredWallet } from '../merchants/listWallets.ts'
import { setWallet, setWalletInput } from '../merchants/setWallet.ts'
import { defineCommand } from './command.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

export const walletSet = defineCommand({
  name: 'wallet set',
  summary: 'set the address that a payout currency is sent to',
  details: [
    'Later transactions use it; payouts that are on their way keep their address. A changed address waits for',
    'SKIRO_WALLET_COOL_OFF_SECONDS: until then payments go to the old one, and setting that again takes the change back.',
    'The address is checked as its network spells it, checksum included. Nobody can take a payout back.',
  ].join('\n'),
  example:
    'wallet set --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --currency USDT --network ethereum --address 0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  options: {
    ...TENANT,
    currency: { type: 'string', required: true, choices: CRYPTOS, help: 'payout currency' },
    network: { type: 'string', required: true, value: '<network>', help: 'one that this server pays on' },
    address: { type: 'string', required: true, value: '<address>', help: "the merchant's own wallet" },
  },
  async run({ currency, network, address, ...values }, { context }) {
    const tenant = tenantOf(values)
    const input = parse(setWalletInput, { asset: currency, network, address })
    const wallet = await found(
      setWallet(await context('adapters'), tenant, input),
      `There is no merchant ${values.merchant}.`,
    )
    return {
      json: { object: 'wallet', merchant_id: tenant.merchant_id, livemode: tenant.livemode, ...wallet },
      text: [
        `${wallet.asset} of ${values.mode} mode goes to ${wallet.address} on ${wallet.network}.\n`,
        nextWallet(wallet),
      ].join(''),
    }
  },
})

/** What will change about a wallet, in words; empty when nothing will. */
export function nextWallet({ asset, next }: StoredWallet): string {
  return next ? `From ${next.effective_at} on, ${asset} goes to ${next.address} on ${next.network}.\n` : ''
}
