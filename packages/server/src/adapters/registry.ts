import type {
  AcquirerConfig,
  ChainConfig,
  MailConfig,
  SignerConfig,
  TreasuryConfig,
  VenuesConfig,
} from '../config.ts'
import type { Secret } from '../lib/secrets.ts'
import type { Acquirer } from './acquirer.ts'
import { createSimulator } from './acquirers/simulator/index.ts'
import type { Chain } from './chain.ts'
import { createBitcoinChain } from './chains/bitcoin/index.ts'
import { BITCOIN_NETWORKS } from './chains/bitcoin/networks.ts'
import { createEvmChain } from './chains/evm/index.ts'
import type { Exchange } from './exchange.ts'
import type { Mailer } from './mailer.ts'
import { createSmtpMailer } from './mailers/smtp/index.ts'
import type { DigestSigner, Signer, TransactionShape } from './signer.ts'
import { createGuardedSigner } from './signers/guarded/index.ts'
import { createStoppableSigner } from './signers/guarded/stoppable.ts'
import { readPassphrase } from './signers/keystore/files.ts'
import { createKeystoreSigner } from './signers/keystore/index.ts'
import { createKmsSigner } from './signers/kms/index.ts'
import { createLocalSigner } from './signers/local.ts'
import { createRemoteSigner } from './signers/remote/index.ts'
import { createBitcoinShape } from './signers/shared/bitcoinShape.ts'
import { createEvmShape } from './signers/shared/evmShape.ts'
import type { SigningJournal } from './signers/shared/journal.ts'
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

export function createMailer(config: MailConfig): Mailer {
  return createSmtpMailer(config)
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

/**
 * The signer of one mode. What holds a key is guarded; a remote one is guarded where it runs, and is stopped here too.
 * @param journal where a guarded signer remembers what it signed
 */
export function createSigner(config: SignerConfig, journal: SigningJournal): Signer {
  if (config.kind === 'remote') return createStoppableSigner(createRemoteSigner(config), journal)
  const { livemode, address_mac: mac } = config
  const shapes = new Map(config.chains.map((chain) => [chain.network, createShape(chain)]))
  return createGuardedSigner(createKey(config), {
    shapes,
    policy: config.policy ?? { caps: null, fees: null },
    mac,
    livemode,
    journal,
  })
}

/** How the transactions of a network are read. A new family of chains is one line here. */
function createShape(config: ChainConfig): TransactionShape {
  if ('chain' in config) return createBitcoinShape(BITCOIN_NETWORKS[config.chain])
  const { chain_id, coin = 'ETH', tokens, vault } = config
  return createEvmShape({ chain_id, coin, tokens, vault })
}

function createKey(config: Exclude<SignerConfig, { kind: 'remote' }>): DigestSigner {
  if (config.kind === 'key') return createLocalSigner(config.private_key.reveal() as `0x${string}`)
  if (config.kind === 'kms') return createKmsSigner(config)
  return createKeystoreSigner(config.file, () => keystorePassphrase(config))
}

async function keystorePassphrase({
  passphrase_file,
  passphrase,
}: {
  readonly passphrase_file?: string | undefined
  readonly passphrase: Secret | null
}): Promise<Secret> {
  if (passphrase_file !== undefined) return await readPassphrase(passphrase_file)
  if (passphrase) return passphrase
  throw new Error('The keystore has no passphrase: set passphrase_file or SKIRO_KEYSTORE_PASSPHRASE.')
}

export function createChains(configs: readonly ChainConfig[], signer: Signer): Map<string, Chain> {
  return new Map(
    configs.map((config) => [
      config.network,
      'chain' in config
        ? createBitcoinChain(config, signer)
        : createEvmChain(config as Parameters<typeof createEvmChain>[0], signer),
    ]),
  )
}
