import type { z } from 'zod'
import type { Failpoint } from './lib/failpoint.ts'
import { KeyRing } from './lib/keyRing.ts'
import type { Rate } from './lib/rate.ts'
import type { Secret } from './lib/secrets.ts'
import type { chain } from './settings/chainSettings.ts'
import { type acquirer, environment, type venues } from './settings.ts'
import type { treasury } from './settings/treasurySettings.ts'

export type AcquirerConfig = z.output<typeof acquirer>
export type ChainConfig = z.output<typeof chain>
export type TreasuryConfig = z.output<typeof treasury>
export type VenuesConfig = z.output<typeof venues>

export type ModeConfig = {
  readonly acquirer: AcquirerConfig
  readonly venues: VenuesConfig
  readonly chains: readonly ChainConfig[]
  readonly signer_key: Secret
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
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0])
        if (env[name] !== undefined) return `${path.join('.')}: ${message}`
        return `${name}: is not set. ${environment.shape[name as keyof typeof environment.shape].description}`
      }),
    )
  }
  const e = parsed.data
  const test =
    e.SKIRO_TEST_ACQUIRER && e.SKIRO_TEST_SIGNER_KEY
      ? {
          acquirer: e.SKIRO_TEST_ACQUIRER,
          venues: e.SKIRO_TEST_VENUES,
          chains: e.SKIRO_TEST_CHAINS,
          signer_key: e.SKIRO_TEST_SIGNER_KEY,
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
