import { type Command } from 'commander'
import { connect } from '../config/connect.ts'
import { maskKey } from '../config/config.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand } from '../options.ts'

const TEACH = `Example:
  $ skiro whoami
  Demo Shop (mer_01m…), test mode
  http://127.0.0.1:4242, key sk_test_…9f3c from .skiro/sandbox.json

Asks the gateway, so it also shows that the key still works.`

const SAYS = {
  flag: 'from --api-key',
  environment: 'from SKIRO_API_KEY',
  login: 'from skiro login',
  sandbox: 'from .skiro/sandbox.json',
} as const

export function whoamiCommand(io: Io): Command {
  return newApiCommand('whoami', 'show which gateway, mode and merchant is used', TEACH)
    .alias('status')
    .action(async (options: CommonOptions) => {
      const { skiro, api_url, api_key, mode, profile, source } = connect(io, options)
      const merchant = await skiro.merchant.retrieve({ signal: io.stopped })
      const key = maskKey(api_key)
      const document = { profile, mode, api_url, source, key, merchant }
      show({ ...io, json: options.json ?? false }, document, () => [
        `${io.color('bold', merchant.name)} (${merchant.id}), ${mode} mode`,
        `${api_url}, key ${key} ${SAYS[source]}`,
        `Wallets: ${Object.keys(merchant.wallets).join(', ') || 'none yet'} · webhooks to ${merchant.default_webhook_url ?? 'no URL yet'}`,
      ])
    })
}
