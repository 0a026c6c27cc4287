import { z } from 'zod'
import { parseDecimal } from '../lib/money.ts'
import { url } from './kinds.ts'

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

/** How payouts are made on a network whose coin has so many decimals. `fee_cap` comes out in its smallest unit. */
const payouts = (decimals: number, fee_cap: string, bump_after_ms = 120_000) =>
  z
    .strictObject({
      batch_wait_ms: z.int().min(0).max(3_600_000).default(15_000),
      fee_cap: z
        .string()
        .default(fee_cap)
        .transform((text, context) => {
          const amount = parseDecimal(text, decimals)
          if (amount !== null && amount > 0n) return amount
          context.addIssue({ code: 'custom', message: `must be a positive decimal such as ${fee_cap}` })
          return z.NEVER
        }),
      fee_share_bps: z.int().min(1).max(10_000).default(2_000),
      bump_after_ms: z.int().min(1000).default(bump_after_ms),
    })
    .prefault({})
const evmChain = z
  .strictObject({
    network: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
    chain_id: z.int().positive(),
    rpc_url: url.optional(),
    rpc_urls: z
      .array(url)
      .min(1)
      .refine((urls) => new Set(urls).size === urls.length, { message: 'names a node twice' })
      .optional(),
    genesis: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/)
      .optional(),
    coin: z.enum(['ETH', 'POL']).optional(),
    vault: address.optional(),
    sim_url: url.optional(),
    tokens: z.strictObject({ USDT: address.optional(), USDC: address.optional() }),
    payouts: payouts(18, '0.05'),
  })
  .refine(({ rpc_url, rpc_urls }) => (rpc_url === undefined) !== (rpc_urls === undefined), {
    message: 'needs either rpc_url or rpc_urls',
  })
/** Its fields are explained in adapters/chains/bitcoin/context.ts. */
const bitcoinChain = z.strictObject({
  network: z.literal('bitcoin'),
  chain: z.enum(['mainnet', 'testnet', 'signet', 'regtest']),
  rpc_url: url,
  wallet: z.string().min(1).max(100).optional(),
  confirmations: z.int().min(1).max(1000).optional(),
  max_outputs: z.int().min(1).max(1000).optional(),
  target_blocks: z.int().min(1).max(1008).optional(),
  fallback_fee_rate: z.number().min(1).max(10_000).optional(),
  min_payment: z.int().min(0).optional(),
  spend_unconfirmed: z.boolean().optional(),
  // A block takes ten minutes: what is not in one after three of them is late.
  payouts: payouts(8, '0.005', 1_800_000),
})
/** By its network, so that a mistake is told of the kind of chain that was meant. */
export const chain = z
  .unknown()
  .transform((value, context): z.output<typeof evmChain> | z.output<typeof bitcoinChain> => {
    const is_bitcoin =
      typeof value === 'object' && value !== null && 'network' in value && value.network === 'bitcoin'
    const read = (is_bitcoin ? bitcoinChain : evmChain).safeParse(value)
    if (read.success) return read.data
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message })
    return z.NEVER
  })
