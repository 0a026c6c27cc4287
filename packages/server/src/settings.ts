import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { chain } from './settings/chainSettings.ts'
import { ALL_FAILPOINTS } from './lib/failpoint.ts'
import { isEncryptionKey } from './lib/keyRing.ts'
import { parseDecimal } from './lib/money.ts'
import { parseRate, type Rate } from './lib/rate.ts'
import { conversionSettings } from './settings/conversionSettings.ts'
import { bps } from './settings/kinds.ts'
import { file, secret, signer, signerPolicy, url } from './settings/signerSettings.ts'
import { treasury } from './settings/treasurySettings.ts'

const encryptionKey = secret.refine(isEncryptionKey, {
  message: 'must be 32 bytes in base64. Make one with: openssl rand -base64 32',
})
const encryptionKeys = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(z.array(encryptionKey))

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

export const acquirer = z.strictObject({
  id: z.literal('simulator'),
  url,
  secret_key: secret,
  publishable_key: z.string().min(1),
  webhook_secret: secret,
})
export const venues = z.strictObject({
  kraken: url.optional(),
  coinbase: url.optional(),
  binance: url.optional(),
})
const amount = z.string().transform((text, context) => {
  const minor = parseDecimal(text, 2)
  if (minor !== null && minor > 0n) return minor
  context.addIssue({ code: 'custom', message: 'must be a positive decimal such as 0.50' })
  return z.NEVER
})

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
/** Such as `1000/1`, or `off`. */
const rate = z.string().transform((text, context): Rate | null => {
  if (text === 'off') return null
  const read = parseRate(text)
  if (read) return read
  context.addIssue({ code: 'custom', message: 'must be requests/seconds such as 1000/1, or off' })
  return z.NEVER
})
const proxies = cidrs.refine((ranges) => !ranges.some((range) => /\/0+$/.test(range)), {
  message: 'a range of everybody would let everybody choose their address',
})

/**
 * Every setting, in the order of the table in docs/operations.md, which is made from this (scripts/settingsTable.ts).
 * A setting without a description fails the checks.
 */
export const environment = z.object({
  SKIRO_DATABASE_URL: z
    .string()
    .min(1)
    .describe('PostgreSQL connection URL, version 16 or newer. `fsync` and `synchronous_commit` must be on'),
  SKIRO_PUBLIC_URL: url.describe('origin of the API and the hosted page, as customers reach it'),
  SKIRO_KEY_ENCRYPTION_KEY: encryptionKey.describe(
    '32 bytes in base64 (`openssl rand -base64 32`). Seals webhook secrets. Keep it outside the database, and keep it: without it they cannot be read',
  ),
  SKIRO_OTHER_KEY_ENCRYPTION_KEYS: encryptionKeys
    .default([])
    .describe(
      'keys of the same kind, `…,…`, that only open: the next one and the one before, while the key is being changed',
    ),
  SKIRO_HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  SKIRO_PORT: z.coerce.number().int().min(0).max(65535).default(4242).describe('port to listen on'),
  SKIRO_EGRESS_ALLOW: cidrs
    .default([])
    .describe(
      'address ranges of your own network that webhooks may reach, `10.20.0.0/16,…`; see [Private networks](#private-networks)',
    ),
  SKIRO_RATE_LIMIT_KEY: rate
    .default({ count: 1000, seconds: 1 })
    .describe('requests per API key: count/seconds, or `off`'),
  SKIRO_RATE_LIMIT_ADDRESS: rate
    .default({ count: 600, seconds: 10 })
    .describe('requests without a key per client address: count/seconds, or `off`'),
  SKIRO_RATE_LIMIT_FAILED_KEYS: rate
    .default({ count: 100, seconds: 60 })
    .describe('requests with a wrong key per client address: count/seconds, or `off`'),
  SKIRO_CARD_LIMIT_ADDRESS: rate
    .default({ count: 20, seconds: 3600 })
    .describe(
      'cards that fail per client address before every further one is declined unseen: count/seconds, or `off`',
    ),
  SKIRO_CARD_LIMIT_DEVICE: rate.default({ count: 10, seconds: 3600 }).describe('the same per browser'),
  SKIRO_CARD_LIMIT_TEST: z
    .enum(['on', 'off'])
    .default('off')
    .describe('`on`: both limits hold in test mode too, where the cards that fail are usually a developer’s'),
  SKIRO_TRUSTED_PROXIES: proxies
    .default([])
    .describe('address ranges of the proxies in front, `10.0.0.0/8,…`; only they may set `X-Forwarded-For`'),
  SKIRO_METRICS_ALLOW: cidrs
    .default(['127.0.0.0/8', '::1/128'])
    .describe('address ranges that may read `/metrics`'),
  SKIRO_WORK_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(0)
    .describe('port where `work` answers probes and metrics; 0: none'),
  SKIRO_DRAIN_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(15_000)
    .default(2_000)
    .describe(
      'for how long `serve` still takes requests after SIGTERM while `/readyz` says no, milliseconds; more than a load balancer takes to notice',
    ),
  SKIRO_TEST_ACQUIRER: json(acquirer)
    .optional()
    .describe('JSON: `{ id, url, secret_key, publishable_key, webhook_secret }`'),
  SKIRO_TEST_VENUES: json(venues)
    .default({})
    .describe('JSON: `{ kraken, coinbase, binance }`, base URLs of the exchanges. A rate needs at least two'),
  SKIRO_TEST_CHAINS: json(z.array(chain))
    .default([])
    .describe(
      'JSON list: `{ network, chain_id, rpc_url, tokens: { USDT, USDC } }`. `payouts`: [how payouts are made](#payouts). Instead of `rpc_url`, `rpc_urls`: several nodes, of which two have to agree. `genesis`: hash of block 0. `vault`: a [PayoutVault](#the-vault). `coin`: `POL` where gas is not paid in ETH. `sim_url`: only simulated chains have it. `{ network: "bitcoin", chain, rpc_url, wallet, … }`: [Bitcoin](#bitcoin)',
    ),
  SKIRO_TEST_SIGNER_KEY: secret
    .optional()
    .describe(
      'private key of the hot wallet, 0x and 64 hex digits: the same as `SKIRO_TEST_SIGNER` with `"kind":"key"`',
    ),
  SKIRO_TEST_SIGNER: json(signer)
    .optional()
    .describe(
      'JSON, where the key of the hot wallet is: `{ kind: "keystore", file, passphrase_file }`, `{ kind: "kms", region, key_id, access_key_id, secret_access_key }` or `{ kind: "remote", socket }`; see [The signer](#the-signer)',
    ),
  SKIRO_TEST_SIGNER_POLICY: json(signerPolicy)
    .optional()
    .describe(
      'JSON, the most that is signed: `{ caps: { USDT: { transaction: "5000", hour: "20000", day: "100000" } }, fees: { ETH: … } }`. What is not in it is not signed. Without it there are no limits',
    ),
  SKIRO_KEYSTORE_PASSPHRASE: secret
    .optional()
    .describe('passphrase of the keystore, where it has no `passphrase_file`'),
  SKIRO_ADDRESS_MAC_KEY: encryptionKeys
    .default([])
    .describe(
      '32 bytes in base64 that vouch for payout addresses; `new,old` while it is being changed. Needed where addresses are set and where the signer is, not by `serve`. With a plain key it is made from that key',
    ),
  SKIRO_WALLET_COOL_OFF_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_592_000)
    .default(86_400)
    .describe(
      'how long a changed payout address waits until payments go there, seconds; the first one does not wait',
    ),
  SKIRO_SIGNER_SOCKET: file
    .optional()
    .describe('for `signer` alone: path of the Unix socket on which it listens'),
  SKIRO_SIGNER_JOURNAL: file
    .optional()
    .describe(
      'for `signer` alone: file where it remembers what it signed. Keep it: without it caps begin anew',
    ),
  SKIRO_TEST_TREASURY: json(treasury)
    .prefault('{}')
    .describe(
      'JSON: `{ pots, exchange, hedge, every_seconds }`: what wallets should hold, and where coins are bought. Nothing is ordered unless it says so: [Treasury](#treasury)',
    ),
  SKIRO_PLANS: json(z.record(z.string(), z.int().min(0).max(10_000)))
    .default({ free: 1500 })
    .describe('JSON: platform fee per plan, basis points. New merchants get the plan `free`'),
  SKIRO_SPREAD_BPS: bps
    .default(0)
    .describe('what is kept of the rate, basis points; shown in every conversion receipt'),
  ...conversionSettings,
  SKIRO_MIN_AMOUNT: amount
    .default(50n)
    .describe("smallest amount of a session, in any currency's major unit"),
  SKIRO_MAX_AMOUNT: amount
    .default(99_999_999n)
    .describe("largest amount of a session, in any currency's major unit"),
  SKIRO_MAX_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(5)
    .describe('failed cards before a session is failed'),
  SKIRO_LEASE_SECONDS: z.coerce
    .number()
    .min(0.5)
    .max(600)
    .default(20)
    .describe("how long a killed worker's work rests before another takes it, seconds"),
  SKIRO_SWEEP_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(2000)
    .describe('pause between two sweeps for forgotten work, milliseconds'),
  SKIRO_POLL_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(1000)
    .describe('first pause between two looks at a sent payout, milliseconds; grows with its age to 30 s'),
  SKIRO_JOB_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe('payments and payouts in hand at once, per process'),
  SKIRO_WEBHOOK_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(512)
    .describe(
      'webhook deliveries under way at once, per process; receivers whose last try failed share a quarter of them',
    ),
  SKIRO_WEBHOOK_ENDPOINT_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(32)
    .describe('of these to one receiver at most; it begins with one and doubles while the receiver accepts'),
  SKIRO_DB_POOL: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(20)
    .describe('database connections per process. All processes together must stay below `max_connections`'),
  SKIRO_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('least level of the JSON lines on standard output: `fatal error warn info debug silent`'),
  SKIRO_FAILPOINT: z
    .enum(ALL_FAILPOINTS)
    .optional()
    .describe('crash tests only: ends the process at a named step'),
  SKIRO_PARENT_PIPE: z
    .literal('1')
    .optional()
    .describe('`1`: exit when standard input ends, because the parent is gone'),
})
