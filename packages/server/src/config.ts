import type { z } from 'zod'
import type { Failpoint } from './lib/failpoint.ts'
import { AddressMac, macKeyFromSignerKey } from './lib/addressMac.ts'
import { KeyRing } from './lib/keyRing.ts'
import type { Rate } from './lib/rate.ts'
import type { Secret } from './lib/secrets.ts'
import type { chain } from './settings/chainSettings.ts'
import { type acquirer, environment, type venues } from './settings.ts'
import type { signer, signerPolicy } from './settings/signerSettings.ts'
import type { treasury } from './settings/treasurySettings.ts'

export type AcquirerConfig = z.output<typeof acquirer>
export type ChainConfig = z.output<typeof chain>
export type TreasuryConfig = z.output<typeof treasury>
export type VenuesConfig = z.output<typeof venues>
export type SignerPolicyConfig = z.output<typeof signerPolicy>

/** Where the key of the hot wallet is, and what may be signed with it. */
export type SignerConfig = z.output<typeof signer> & {
  readonly livemode: boolean
  readonly chains: readonly ChainConfig[]
  /** Null: no limits. */
  readonly policy: SignerPolicyConfig | null
  /** Null: this process has no key for it. It can then neither set addresses nor sign by itself. */
  readonly address_mac: AddressMac | null
  readonly passphrase: Secret | null
}

/** What `skiro-server signer` needs, which is less than the gateway does: no database, no acquirer. */
export type SignerProcessConfig = Readonly<{
  signer: SignerConfig
  socket: string
  journal: string
  log_level: string
  parent_pipe: boolean
}>

export type ModeConfig = {
  readonly acquirer: AcquirerConfig
  readonly venues: VenuesConfig
  readonly chains: readonly ChainConfig[]
  readonly signer: SignerConfig
  readonly treasury: TreasuryConfig
}

export type Config = Readonly<{
  database_url: string
  host: string
  port: number
  /** Without a trailing slash. */
  public_url: string
  key_encryption_keys: KeyRing
  egress_allow: readonly string[]
  /** Null: that limit is off. */
  rate_limits: Readonly<Record<'key' | 'address' | 'failed_keys', Rate | null>>
  /** Cards that may fail before further ones are declined unseen. */
  card_limits: {
    readonly address: Rate | null
    readonly device: Rate | null
    readonly holds_in_test: boolean
  }
  trusted_proxies: readonly string[]
  metrics_allow: readonly string[]
  /** 0: none. */
  work_port: number
  drain_ms: number
  /** What each mode is made of; null when it is not set up, and its keys are then refused. */
  test: ModeConfig | null
  live: ModeConfig | null
  /** Platform fee per plan, basis points. */
  plans: Readonly<Record<string, number>>
  spread_bps: number
  /** When a venue's word counts. */
  rates: Readonly<Record<'min_venues' | 'max_age_ms' | 'max_spread_bps' | 'max_deviation_bps', number>>
  rate_wait_seconds: number
  /** For how long a bound quote holds. */
  quote: Readonly<{ ttl_seconds: number; challenge_seconds: number }>
  inventory: Readonly<{
    wait_seconds: number
    margin_bps: number
    fresh_ms: number
    max_age_seconds: number
  }>
  /** Bounds of a session's amount, minor units of any fiat currency. */
  amount: { readonly min: bigint; readonly max: bigint }
  attempts_max: number
  wallet_cool_off_seconds: number
  lease_seconds: number
  sweep_ms: number
  poll_ms: number
  job_concurrency: number
  webhook_concurrency: number
  webhook_endpoint_concurrency: number
  db_pool: number
  log_level: string
  failpoint: Failpoint | null
  parent_pipe: boolean
}>

/** Every mistake in the environment, all at once, with the variable's name. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    const lines = problems.map((problem) => `  ${problem}`)
    super(`The configuration is not valid:\n${lines.join('\n')}\nSee docs/operations.md for every variable.`)
    this.problems = problems
  }
}

/** Names of the environment that look like settings of ours and are none. Nothing reads them: probably misspelt. */
export function unknownSettings(env: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(env).filter((name) => name.startsWith('SKIRO_') && !(name in environment.shape))
}

/** Reads the environment once. @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const e = parseEnvironment(environment, env)
  const signer = readSigner(e)
  const test =
    e.SKIRO_TEST_ACQUIRER && signer
      ? {
          acquirer: e.SKIRO_TEST_ACQUIRER,
          venues: e.SKIRO_TEST_VENUES,
          chains: e.SKIRO_TEST_CHAINS,
          signer,
          treasury: e.SKIRO_TEST_TREASURY,
        }
      : null
  return Object.freeze({
    database_url: e.SKIRO_DATABASE_URL,
    host: e.SKIRO_HOST,
    port: e.SKIRO_PORT,
    public_url: e.SKIRO_PUBLIC_URL.replace(/\/+$/, ''),
    key_encryption_keys: new KeyRing(e.SKIRO_KEY_ENCRYPTION_KEY, e.SKIRO_OTHER_KEY_ENCRYPTION_KEYS),
    egress_allow: e.SKIRO_EGRESS_ALLOW,
    rate_limits: {
      key: e.SKIRO_RATE_LIMIT_KEY,
      address: e.SKIRO_RATE_LIMIT_ADDRESS,
      failed_keys: e.SKIRO_RATE_LIMIT_FAILED_KEYS,
    },
    card_limits: {
      address: e.SKIRO_CARD_LIMIT_ADDRESS,
      device: e.SKIRO_CARD_LIMIT_DEVICE,
      holds_in_test: e.SKIRO_CARD_LIMIT_TEST === 'on',
    },
    trusted_proxies: e.SKIRO_TRUSTED_PROXIES,
    metrics_allow: e.SKIRO_METRICS_ALLOW,
    work_port: e.SKIRO_WORK_PORT,
    drain_ms: e.SKIRO_DRAIN_MS,
    test,
    // No acquirer for live money exists yet: live keys are refused until one lands.
    live: null,
    plans: e.SKIRO_PLANS,
    spread_bps: e.SKIRO_SPREAD_BPS,
    rates: {
      min_venues: e.SKIRO_RATE_MIN_VENUES,
      max_age_ms: e.SKIRO_RATE_MAX_AGE_MS,
      max_spread_bps: e.SKIRO_RATE_MAX_SPREAD_BPS,
      max_deviation_bps: e.SKIRO_RATE_MAX_DEVIATION_BPS,
    },
    rate_wait_seconds: e.SKIRO_RATE_WAIT_SECONDS,
    quote: {
      ttl_seconds: e.SKIRO_QUOTE_SECONDS,
      challenge_seconds: e.SKIRO_QUOTE_CHALLENGE_SECONDS,
    },
    inventory: {
      wait_seconds: e.SKIRO_INVENTORY_WAIT_SECONDS,
      margin_bps: e.SKIRO_INVENTORY_MARGIN_BPS,
      fresh_ms: e.SKIRO_INVENTORY_FRESH_MS,
      max_age_seconds: e.SKIRO_INVENTORY_MAX_AGE_SECONDS,
    },
    amount: { min: e.SKIRO_MIN_AMOUNT, max: e.SKIRO_MAX_AMOUNT },
    attempts_max: e.SKIRO_MAX_ATTEMPTS,
    wallet_cool_off_seconds: e.SKIRO_WALLET_COOL_OFF_SECONDS,
    lease_seconds: e.SKIRO_LEASE_SECONDS,
    sweep_ms: e.SKIRO_SWEEP_MS,
    poll_ms: e.SKIRO_POLL_MS,
    job_concurrency: e.SKIRO_JOB_CONCURRENCY,
    webhook_concurrency: e.SKIRO_WEBHOOK_CONCURRENCY,
    webhook_endpoint_concurrency: e.SKIRO_WEBHOOK_ENDPOINT_CONCURRENCY,
    db_pool: e.SKIRO_DB_POOL,
    log_level: e.SKIRO_LOG_LEVEL,
    failpoint: e.SKIRO_FAILPOINT ?? null,
    parent_pipe: e.SKIRO_PARENT_PIPE === '1',
  })
}

const SIGNER_SETTINGS = {
  SKIRO_TEST_CHAINS: true,
  SKIRO_TEST_SIGNER_KEY: true,
  SKIRO_TEST_SIGNER: true,
  SKIRO_TEST_SIGNER_POLICY: true,
  SKIRO_KEYSTORE_PASSPHRASE: true,
  SKIRO_ADDRESS_MAC_KEY: true,
} as const

/** Reads what a signer process needs, and looks at nothing else. @throws ConfigError */
export function readSignerConfig(env: NodeJS.ProcessEnv = process.env): SignerProcessConfig {
  const wanted = environment
    .pick({ ...SIGNER_SETTINGS, SKIRO_LOG_LEVEL: true, SKIRO_PARENT_PIPE: true })
    .extend({
      SKIRO_SIGNER_SOCKET: environment.shape.SKIRO_SIGNER_SOCKET.unwrap(),
      SKIRO_SIGNER_JOURNAL: environment.shape.SKIRO_SIGNER_JOURNAL.unwrap(),
    })
  const e = parseEnvironment(wanted, env)
  const signer = readSigner(e)
  const problems = [
    ...(signer ? [] : ['SKIRO_TEST_SIGNER: is not set. Say where the key of the hot wallet is']),
    ...(signer?.kind === 'remote' ? ['SKIRO_TEST_SIGNER: a signer process must hold the key itself'] : []),
    ...(signer && !signer.address_mac
      ? ['SKIRO_ADDRESS_MAC_KEY: is not set. Without it no address can be checked']
      : []),
    ...(e.SKIRO_TEST_CHAINS.length === 0 ? ['SKIRO_TEST_CHAINS: is not set. Nothing would be signed'] : []),
  ]
  if (!signer || problems.length > 0) throw new ConfigError(problems)
  return Object.freeze({
    signer,
    socket: e.SKIRO_SIGNER_SOCKET,
    journal: e.SKIRO_SIGNER_JOURNAL,
    log_level: e.SKIRO_LOG_LEVEL,
    parent_pipe: e.SKIRO_PARENT_PIPE === '1',
  })
}

/** The signer's journal, when this is the environment of a signer process; else null. */
export function signerJournal(env: NodeJS.ProcessEnv = process.env): string | null {
  return env.SKIRO_SIGNER_JOURNAL || null
}

/** The passphrase of the keystore, when the environment has one. */
export function keystorePassphrase(env: NodeJS.ProcessEnv = process.env): Secret | null {
  return environment.shape.SKIRO_KEYSTORE_PASSPHRASE.safeParse(env.SKIRO_KEYSTORE_PASSPHRASE).data ?? null
}

type Environment = z.output<typeof environment>

/** @throws ConfigError when there are two */
function readSigner(e: Pick<Environment, keyof typeof SIGNER_SETTINGS>): SignerConfig | null {
  const key = e.SKIRO_TEST_SIGNER_KEY && { kind: 'key' as const, private_key: e.SKIRO_TEST_SIGNER_KEY }
  if (key && e.SKIRO_TEST_SIGNER)
    throw new ConfigError(['SKIRO_TEST_SIGNER: is set beside SKIRO_TEST_SIGNER_KEY. Remove one of them'])
  const where = key ?? e.SKIRO_TEST_SIGNER
  if (!where) return null
  const mac_keys =
    where.kind === 'key' && e.SKIRO_ADDRESS_MAC_KEY.length === 0
      ? [macKeyFromSignerKey(where.private_key)]
      : e.SKIRO_ADDRESS_MAC_KEY
  return {
    ...where,
    livemode: false,
    chains: e.SKIRO_TEST_CHAINS,
    policy: e.SKIRO_TEST_SIGNER_POLICY ?? null,
    address_mac: mac_keys.length > 0 ? new AddressMac(mac_keys) : null,
    passphrase: e.SKIRO_KEYSTORE_PASSPHRASE ?? null,
  }
}

function parseEnvironment<T extends z.ZodObject>(schema: T, env: NodeJS.ProcessEnv): z.output<T> {
  const parsed = schema.safeParse(env)
  if (parsed.success) return parsed.data
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0])
      if (env[name] !== undefined) return `${path.join('.')}: ${message}`
      return `${name}: is not set. ${environment.shape[name as keyof typeof environment.shape].description}`
    }),
  )
}
