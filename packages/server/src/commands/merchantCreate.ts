import { z } from 'zod'
import { parse } from '../http/parse.ts'
import { refusePlainHttp, webUrl } from '../http/webUrl.ts'
import { SkiroError } from '../lib/errors.ts'
import { createMerchant, createMerchantInput } from '../merchants/createMerchant.ts'
import { createDefaultEndpoint } from '../webhooks/createEndpoint.ts'
import { defineCommand } from './command.ts'
import { facts } from './table.ts'
import { MODE } from './tenantOptions.ts'

const WALLET = /^([A-Za-z]+)=([a-z][a-z0-9-]*):(\S+)$/

export const merchantCreate = defineCommand({
  name: 'merchant create',
  summary: 'make a merchant with its first API key and its webhook secret',
  details: [
    'Prints the API key and the webhook secret, once: Skiro keeps the one as a hash and the other sealed.',
    'Both are of the mode that is named. For the other mode: `key create` and `merchant set-webhook` with --mode.',
  ].join('\n'),
  example:
    'merchant create --name "Fern & Field" --email owner@example.com --wallet USDT=ethereum:0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  options: {
    name: {
      type: 'string',
      required: true,
      value: '<name>',
      help: 'what customers read on the payment page',
    },
    email: { type: 'string', required: true, value: '<address>', help: "the owner's e-mail address" },
    mode: MODE,
    plan: { type: 'string', value: '<plan>', help: 'one of SKIRO_PLANS; `free` when left out' },
    'webhook-url': { type: 'string', value: '<url>', help: 'hears of every event' },
    wallet: {
      type: 'string',
      multiple: true,
      value: '<currency>=<network>:<address>',
      help: 'where that payout currency is sent',
    },
  },
  async run(values, { context }) {
    const { name, email, mode, plan, wallet } = values
    const url = values['webhook-url'] ?? null
    if (url !== null) {
      parse(z.strictObject({ 'webhook-url': webUrl }), { 'webhook-url': url })
      refusePlainHttp({ merchant_id: '', livemode: mode === 'live' }, 'webhook-url', url)
    }
    const input = parse(createMerchantInput, {
      name,
      email,
      mode,
      plan,
      webhook_url: url,
      wallets: readWallets(wallet),
    })
    const ctx = await context(wallet.length > 0 ? 'adapters' : undefined)
    const made = await createMerchant(
      ctx,
      (tx, tenant, url) => createDefaultEndpoint(ctx, tx, tenant, url),
      input,
    )
    return {
      json: { object: 'merchant', livemode: mode === 'live', ...made },
      text:
        `Merchant made, with a key for ${mode} mode.\n\n` +
        facts([
          ['merchant', made.merchant_id],
          ['API key', made.api_key],
          ['webhook secret', made.webhook_secret],
        ]) +
        '\nKey and secret are shown this once. Keep them now; nobody can look them up later.\n',
    }
  },
})

function readWallets(texts: readonly string[]): Record<string, { network: string; address: string }> {
  const wallets: Record<string, { network: string; address: string }> = {}
  for (const text of texts) {
    const [, asset, network, address] = WALLET.exec(text) ?? []
    if (
      asset === undefined ||
      network === undefined ||
      address === undefined ||
      Object.hasOwn(wallets, asset.toUpperCase())
    )
      throw new SkiroError('invalid_request', {
        param: 'wallet',
        message: `--wallet must be like USDT=ethereum:0x…, each currency once, not "${text}".`,
      })
    wallets[asset.toUpperCase()] = { network, address }
  }
  return wallets
}
