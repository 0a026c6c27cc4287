import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { parseDecimal } from './lib/money.ts'
import { FAILPOINTS } from './lib/failpoint.ts'
import { Secret } from './lib/secrets.ts'

const url = z.url({ protocol: /^https?$/ })
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const secret = z
  .string()
  .min(1)
  .transform((value) => new Secret(value))

/** A JSON value in an environment variable. */
function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'is not valid JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
}

const acquirer = z.strictObject({
  id: z.literal('simulator'),
  url,
  secret_key: secret,
  publishable_key: z.string().min(1),
  webhook_secret: secret,
})
const venues = z.strictObject({ kraken: url.optional(), coinbase: url.optional(), binance: url.optional() })
const chain = z.strictObject({
  network: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  chain_id: z.int().positive(),
  rpc_url: url,
  tokens: z.strictObject({ USDT: address.optional(), USDC: address.optional() }),
})
const amount = z.string().transform((text, context) => {
  const minor = parseDecimal(text, 2)
  if (minor !== null && minor > 0n) return minor
  context.addIssue({ code: 'custom', message: 'must be a positive decimal such as 0.50' })
  return z.NEVER
})

const bps = z.coerce.number().int().min(0).max(10_000)
const cidrs = z.string().transform((text, context) => {
  const ranges = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  for (const range of ranges) {
    if (!ipaddr.isValidCIDR(range))
      context.addIssue({ code: 'custom', message: `${range} is not a range like 10.0.0.0/8` })
  }
  return ranges
})

const environment = z.object({
  SKIRO_DATABASE_URL: z.string().min(1).describe('PostgreSQL 16+ connection URL'),
  SKIRO_HOST: z.string().default('127.0.0.1'),
  SKIRO_PORT: z.coerce.number().int().min(0).max(65535).default(4242),
  SKIRO_PUBLIC_URL: url.describe('origin of the API and the hosted page, as customers reach it'),
  SKIRO_KEY_ENCRYPTION_KEY: secret.describe(
    '32 bytes in base64; seals webhook secrets; keep it outside the database',
  ),
  SKIRO_EGRESS_ALLOW: cidrs.default([]).describe('private address ranges that webhooks may reach'),
  SKIRO_TEST_ACQUIRER: json(acquirer).optional(),
  SKIRO_TEST_VENUES: json(venues).default({}),
  SKIRO_TEST_CHAINS: json(z.array(chain)).default([]),
  SKIRO_TEST_SIGNER_KEY: secret.optional(),
  SKIRO_PLANS: json(z.record(z.string(), z.int().min(0).max(10_000))).default({ free: 1500 }),
  SKIRO_SPREAD_BPS: bps.default(0),
  SKIRO_MIN_AMOUNT: amount.default(50n),
  SKIRO_MAX_AMOUNT: amount.default(99_999_999n),
  SKIRO_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(5),
  SKIRO_LEASE_SECONDS: z.coerce.number().min(0.5).max(600).default(20),
  SKIRO_SWEEP_MS: z.coerce.number().int().min(50).max(60_000).default(2000),
  SKIRO_POLL_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(1000)
    .describe('pause between two looks at a sent payout'),
  SKIRO_JOB_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(8),
  SKIRO_WEBHOOK_CONCURRENCY: z.coerce.number().int().min(1).max(500).default(50),
  SKIRO_DB_POOL: z.coerce.number().int().min(2).max(200).default(20),
  SKIRO_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  SKIRO_FAILPOINT: z.enum(FAILPOINTS).optional().describe('crash tests only'),
  SKIRO_PARENT_PIPE: z.literal('1').optional().describe('exit when standard input ends: the parent is gone'),
})

export type AcquirerConfig = z.output<typeof acquirer>
export type ChainConfig = z.output<typeof chain>
export type VenuesConfig = z.output<typeof venues>

export type ModeConfig = {
  readonly acquirer: AcquirerConfig
  readonly venues: VenuesConfig
  readonly chains: readonly ChainConfig[]
  readonly signer_key: Secret
}

export type Config = Readonly<{
  database_url: string
  host: string
  port: number
  /** Without a trailing slash. */
  public_url: string
  key_encryption_key: Secret
  egress_allow: readonly string[]
  /** What each mode is made of; null when it is not set up, and its keys are then refused. */
  test: ModeConfig | null
  live: ModeConfig | null
  /** Platform fee per plan, basis points. */
  plans: Readonly<Record<string, number>>
  spread_bps: number
  /** Bounds of a session's amount, minor units of any fiat currency. */
  amount: { readonly min: bigint; readonly max: bigint }
  attempts_max: number
  lease_seconds: number
  sweep_ms: number
  poll_ms: number
  job_concurrency: number
  webhook_concurrency: number
  db_pool: number
  log_level: string
  failpoint: (typeof FAILPOINTS)[number] | null
  parent_pipe: boolean
}>

/** Every mistake in the environment, all at once, with the variable's name and what it is for. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads the environment once. @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(
      `The configuration is not valid:\n${lines.join('\n')}\nSee docs/operations.md for every variable.`,
    )
  }
  const e = parsed.data
  if (Buffer.from(e.SKIRO_KEY_ENCRYPTION_KEY.reveal(), 'base64').length !== 32) {
    throw new ConfigError(
      'SKIRO_KEY_ENCRYPTION_KEY must be 32 bytes in base64. Make one with: openssl rand -base64 32',
    )
  }
  const test =
    e.SKIRO_TEST_ACQUIRER && e.SKIRO_TEST_SIGNER_KEY
      ? {
          acquirer: e.SKIRO_TEST_ACQUIRER,
          venues: e.SKIRO_TEST_VENUES,
          chains: e.SKIRO_TEST_CHAINS,
          signer_key: e.SKIRO_TEST_SIGNER_KEY,
        }
      : null
  return Object.freeze({
    database_url: e.SKIRO_DATABASE_URL,
    host: e.SKIRO_HOST,
    port: e.SKIRO_PORT,
    public_url: e.SKIRO_PUBLIC_URL.replace(/\/+$/, ''),
    key_encryption_key: e.SKIRO_KEY_ENCRYPTION_KEY,
    egress_allow: e.SKIRO_EGRESS_ALLOW,
    test,
    // No acquirer for live money exists yet: live keys are refused until one lands.
    live: null,
    plans: e.SKIRO_PLANS,
    spread_bps: e.SKIRO_SPREAD_BPS,
    amount: { min: e.SKIRO_MIN_AMOUNT, max: e.SKIRO_MAX_AMOUNT },
    attempts_max: e.SKIRO_MAX_ATTEMPTS,
    lease_seconds: e.SKIRO_LEASE_SECONDS,
    sweep_ms: e.SKIRO_SWEEP_MS,
    poll_ms: e.SKIRO_POLL_MS,
    job_concurrency: e.SKIRO_JOB_CONCURRENCY,
    webhook_concurrency: e.SKIRO_WEBHOOK_CONCURRENCY,
    db_pool: e.SKIRO_DB_POOL,
    log_level: e.SKIRO_LOG_LEVEL,
    failpoint: e.SKIRO_FAILPOINT ?? null,
    parent_pipe: e.SKIRO_PARENT_PIPE === '1',
  })
}
