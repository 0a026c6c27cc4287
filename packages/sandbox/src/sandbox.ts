import { join } from 'node:path'
import { HOST, PORTS } from './addresses.ts'
import { bitcoinAddressOf } from './bitcoin/address.ts'
import { ensureBrand } from './brand.ts'
import { type GatewayOptions, runGateway, startGateway } from './gateway.ts'
import { ensureMerchant, keepWebhookSecret, MERCHANT_EMAIL } from './merchant.ts'
import { acquirerKeys, startOutside } from './outside.ts'
import { choosePorts } from './ports.ts'
import type { ProcessList } from './processList.ts'
import type { Progress } from './progress.ts'
import { addressOf, loadSecrets } from './secrets.ts'
import { startShop } from './shop/server.ts'
import { readJson, type StatePaths, writeEnv, writeJson } from './state.ts'
import type { StopList } from './stopList.ts'

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** Repository root. */
  root: string
  paths: StatePaths
  progress: Progress
  processes: ProcessList
  /** Takes all that was started, also when the start fails half way. */
  stops: StopList
  /** Breaks the start off. */
  signal: AbortSignal
  /** Called once, when something that the rest cannot do without ended by itself. */
  onFailure: (error: Error) => void
}

/** What `.skiro/sandbox.json` tells tests and tools. */
export interface SandboxFacts {
  api_url: string
  dashboard_url: null
  docs_url: string
  shop_url: string
  acquirer_url: string
  /** Where the mails that the gateway sends can be read; `/api/mails` has them as JSON. */
  mailbox_url: string
  database_url: string
  evm_rpc_url: string
  /** With user and password. */
  bitcoin_rpc_url: string
  merchant: { email: string; password: null }
  test_api_key: string
  webhook_secret: string
  default_webhook_url: string
  wallets: { USDT: string; USDC: string; ETH: string; BTC: string }
  tokens: { USDT: string; USDC: string }
  /** PayoutVault that pays the tokens out; the treasury's key operates it. */
  vault: string
}

/** Starts everything, in parallel where nothing depends on another, and writes `sandbox.json` when all is ready. */
export async function startSandbox(options: SandboxOptions): Promise<SandboxFacts> {
  const { root, paths, progress, processes, stops, signal } = options
  signal.throwIfAborted()
  const secrets = loadSecrets(paths.secrets)
  const ports = await choosePorts(HOST, PORTS, readJson<Partial<typeof PORTS>>(paths.ports) ?? {})
  writeJson(paths.ports, ports)
  const api_url = `http://${HOST}:${ports.gateway}`
  const shop_url = `http://${HOST}:${ports.shop}`
  const webhook_url = `${shop_url}/webhooks/skiro`
  const { postgres, chain, bitcoin, acquirer, venues, mailbox } = await startOutside(
    options,
    secrets,
    ports,
    api_url,
  )
  signal.throwIfAborted()

  // A payment of half a dollar is paid out too, and nobody at a sandbox waits for company.
  const payouts = { batch_wait_ms: 500, fee_share_bps: 10_000 }
  const gateway: GatewayOptions = {
    root,
    log_file: paths.gateway_log,
    signal,
    env: {
      SKIRO_DATABASE_URL: postgres.url,
      SKIRO_SERVE_DATABASE_URL: loginUrl(postgres.url, 'skiro_serve', secrets.serve_password),
      SKIRO_WORK_DATABASE_URL: loginUrl(postgres.url, 'skiro_work', secrets.work_password),
      SKIRO_HOST: HOST,
      SKIRO_PORT: String(ports.gateway),
      SKIRO_PUBLIC_URL: api_url,
      SKIRO_KEY_ENCRYPTION_KEY: secrets.key_encryption_key,
      SKIRO_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
      SKIRO_TEST_ACQUIRER: JSON.stringify({ id: 'simulator', url: acquirer.url, ...acquirerKeys(secrets) }),
      SKIRO_TEST_VENUES: JSON.stringify(venues.urls),
      SKIRO_TEST_CHAINS: JSON.stringify([
        {
          network: 'ethereum',
          chain_id: chain.chain_id,
          rpc_url: chain.rpc_url,
          sim_url: chain.sim_url,
          tokens: chain.tokens,
          vault: chain.vault,
          payouts,
        },
        {
          network: 'bitcoin',
          chain: 'regtest',
          rpc_url: bitcoin.rpc_url,
          wallet: 'skiro',
          // Fewer than on mainnet: nobody mines against a sandbox, and people wait for it.
          confirmations: 3,
          payouts,
        },
      ]),
      SKIRO_TEST_SIGNER_KEY: secrets.treasury_key,
      // A developer who changes an address wants to see the next payment go there.
      SKIRO_WALLET_COOL_OFF_SECONDS: '0',
      // Buys back what is sold; nothing is refilled, for the simulated exchange sends nothing to the chains.
      SKIRO_TEST_TREASURY: JSON.stringify({
        pots: [
          { network: 'ethereum', asset: 'USDT', alarm: '1000000' },
          { network: 'ethereum', asset: 'USDC', alarm: '1000000' },
        ],
        exchange: { id: 'kraken', url: venues.urls.kraken, ...venues.keys },
        hedge: { minimum: { USDT: '10', USDC: '10', BTC: '0.0002', ETH: '0.005' } },
      }),
      SKIRO_SMTP_URL: mailbox.smtp_url,
      SKIRO_MAIL_FROM: 'receipts@skiro.example',
      SKIRO_SPREAD_BPS: '25',
      // One developer's scripts, tests and browser all come from one address.
      SKIRO_RATE_LIMIT_KEY: '10000/1',
      SKIRO_RATE_LIMIT_ADDRESS: '100000/10',
      SKIRO_RATE_LIMIT_FAILED_KEYS: '10000/60',
      // Nobody balances load in front of a sandbox, and Ctrl-C should not take its time.
      SKIRO_DRAIN_MS: '0',
    },
  }
  writeEnv(paths.gateway_env, gateway.env)
  await progress.step('Database schema', () => runGateway(gateway, 'migrate'))
  const wallet = addressOf(secrets.merchant_key)
  const bitcoin_wallet = bitcoinAddressOf(secrets.merchant_key)
  const wishes = { database_id: postgres.system_identifier, webhook_url, wallet, bitcoin_wallet }
  const merchant = await progress.step('Demo merchant', () => ensureMerchant(paths.merchant, wishes, gateway))

  const dressed = progress.step('Its payment page', () => ensureBrand(paths.merchant, shop_url, gateway))
  // Awaited below; a failure before that is told there.
  dressed.catch(() => undefined)
  const running = progress.step('Gateway', () =>
    startGateway(gateway, api_url, {
      onProcess: (pid) => processes.set('gateway', pid),
      onRestart: (line) => progress.say(line),
    }),
  )
  stops.add('The gateway', async () => (await running.catch(() => null))?.stop())
  const [{ given_up }] = await Promise.all([running, dressed])
  void given_up.then(options.onFailure)
  const shop = await progress.step('Demo shop', () =>
    startShop({
      host: HOST,
      port: ports.shop,
      api_url,
      mailbox_url: mailbox.url,
      api_key: merchant.api_key,
      webhook_secret: merchant.webhook_secret,
      // Orders and the place in the events are one merchant's: another database has another.
      database_file: join(paths.shop, `${merchant.merchant_id}.jsonl`),
      on_new_secret(webhook_secret) {
        keepWebhookSecret(paths.merchant, webhook_secret)
        const told = readJson<SandboxFacts>(paths.sandbox)
        if (told) writeJson(paths.sandbox, { ...told, webhook_secret })
      },
    }),
  )
  stops.add('The demo shop', () => shop.close())
  signal.throwIfAborted()

  const facts: SandboxFacts = {
    api_url,
    dashboard_url: null,
    docs_url: `${api_url}/docs`,
    shop_url: shop.url,
    acquirer_url: acquirer.url,
    mailbox_url: mailbox.url,
    database_url: postgres.url,
    evm_rpc_url: chain.rpc_url,
    bitcoin_rpc_url: bitcoin.rpc_url,
    merchant: { email: MERCHANT_EMAIL, password: null },
    test_api_key: merchant.api_key,
    webhook_secret: shop.webhook_secret(),
    default_webhook_url: webhook_url,
    wallets: { USDT: wallet, USDC: wallet, ETH: wallet, BTC: bitcoin_wallet },
    tokens: { USDT: chain.tokens.USDT, USDC: chain.tokens.USDC },
    vault: chain.vault,
  }
  writeJson(paths.sandbox, facts)
  return facts
}

/** The same database for another user. */
function loginUrl(url: string, username: string, password: string): string {
  return Object.assign(new URL(url), { username, password }).href
}
