import { type GatewayOptions, runGateway } from './gateway.ts'
import { readJson, writeJson } from './state.ts'

/** The demo merchant, as the gateway made it. */
export interface Merchant {
  merchant_id: string
  api_key: string
  webhook_secret: string
}

/** What the demo merchant is to be. */
export interface MerchantWishes {
  /** Identity of the database it lives in: another database needs another merchant. */
  database_id: string
  webhook_url: string
  /** Its address on the chain `ethereum`. */
  wallet: `0x${string}`
  /** Its address on the chain `bitcoin`. */
  bitcoin_wallet: string
}

interface KeptMerchant extends Merchant {
  database_id: string
  webhook_url: string
  bitcoin_wallet?: string
}

/** E-mail address of the demo merchant's owner. */
export const MERCHANT_EMAIL = 'owner@example.com'

/**
 * Gives the demo merchant of `file`, made through the gateway's `merchant create` when the database has none, and
 * tells the gateway when the shop moved to another address.
 */
export async function ensureMerchant(
  file: string,
  wishes: MerchantWishes,
  gateway: GatewayOptions,
): Promise<Merchant> {
  const { database_id, webhook_url, bitcoin_wallet } = wishes
  let kept = readJson<KeptMerchant>(file)
  if (kept === null || kept.database_id !== database_id) {
    kept = { ...(await createMerchant(wishes, gateway)), database_id, webhook_url, bitcoin_wallet }
    writeJson(file, kept)
  }
  if (kept.bitcoin_wallet !== bitcoin_wallet) {
    await runGateway(
      gateway,
      ...['wallet', 'set', '--merchant', kept.merchant_id, '--mode', 'test', '--currency', 'BTC'],
      ...['--network', 'bitcoin', '--address', bitcoin_wallet],
    )
    kept = { ...kept, bitcoin_wallet }
    writeJson(file, kept)
  }
  if (kept.webhook_url !== webhook_url) {
    await runGateway(
      gateway,
      ...['merchant', 'set-webhook', '--merchant', kept.merchant_id, '--mode', 'test', '--url', webhook_url],
    )
    kept = { ...kept, webhook_url }
    writeJson(file, kept)
  }
  return { merchant_id: kept.merchant_id, api_key: kept.api_key, webhook_secret: kept.webhook_secret }
}

/** Keeps the secret that a rotation gave. */
export function keepWebhookSecret(file: string, webhook_secret: string): void {
  const kept = readJson<KeptMerchant>(file)
  if (kept) writeJson(file, { ...kept, webhook_secret })
}

async function createMerchant(wishes: MerchantWishes, gateway: GatewayOptions): Promise<Merchant> {
  const wallets = ['USDT', 'USDC', 'ETH'].map((currency) => `--wallet=${currency}=ethereum:${wishes.wallet}`)
  wallets.push(`--wallet=BTC=bitcoin:${wishes.bitcoin_wallet}`)
  const printed = await runGateway(
    gateway,
    ...[
      'merchant',
      'create',
      '--json',
      '--name',
      'Fern & Field',
      '--email',
      MERCHANT_EMAIL,
      '--mode',
      'test',
    ],
    ...['--webhook-url', wishes.webhook_url, ...wallets],
  )
  const made: Partial<Merchant> = JSON.parse(printed)
  const { merchant_id, api_key, webhook_secret } = made
  if (merchant_id === undefined || api_key === undefined || webhook_secret === undefined) {
    throw new Error(
      'The gateway command "merchant create" printed no merchant_id, api_key and webhook_secret.',
    )
  }
  return { merchant_id, api_key, webhook_secret }
}
