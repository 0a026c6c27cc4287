import type { AcquirerConfig, ChainConfig, TreasuryConfig, VenuesConfig } from '../config.ts'
import type { Secret } from '../lib/secrets.ts'
import type { Acquirer } from './acquirer.ts'
import { createSimulator } from './acquirers/simulator/index.ts'
import type { Chain } from './chain.ts'
import { createBitcoinChain } from './chains/bitcoin/index.ts'
import { createEvmChain } from './chains/evm/index.ts'
import type { Exchange } from './exchange.ts'
import { createLocalSigner } from './signers/local.ts'
import type { Venue } from './venue.ts'
import { createBinance } from './venues/binance/index.ts'
import { createCoinbase } from './venues/coinbase/index.ts'
import { createKraken } from './venues/kraken/index.ts'
import { createKrakenExchange } from './venues/kraken/private/index.ts'

/** The one place that knows every adapter. A new one is one line here and a folder beside the others. */
export function createAcquirer(config: AcquirerConfig): Acquirer {
  return createSimulator({
    url: config.url,
    secret_key: config.secret_key.reveal(),
    publishable_key: config.publishable_key,
    webhook_secret: config.webhook_secret.reveal(),
  })
}

export function createVenues(config: VenuesConfig): Venue[] {
  const makers = { kraken: createKraken, coinbase: createCoinbase, binance: createBinance }
  return (Object.keys(makers) as (keyof typeof makers)[]).flatMap((name) => {
    const url = config[name]
    return url ? [makers[name]({ url })] : []
  })
}

/** Null: the treasury orders nothing. */
export function createExchange({ exchange }: TreasuryConfig): Exchange | null {
  if (!exchange) return null
  return createKrakenExchange({
    url: exchange.url,
    api_key: exchange.api_key.reveal(),
    private_key: exchange.private_key.reveal(),
  })
}

export function createChains(configs: readonly ChainConfig[], signer_key: Secret): Map<string, Chain> {
  const signer = createLocalSigner(signer_key.reveal() as `0x${string}`)
  return new Map(
    configs.map((config) => [
      config.network,
      'chain' in config
        ? createBitcoinChain(config, signer)
        : createEvmChain(config as Parameters<typeof createEvmChain>[0], signer),
    ]),
  )
}
