import { z } from 'zod'
import { CRYPTOS } from '../lib/money.ts'

/** The merchant object, for the OpenAPI document. */
export const merchantSchema = z
  .object({
    id: z.string().meta({ example: 'mer_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('merchant'),
    livemode: z
      .boolean()
      .describe('The mode of the key that asks: wallets and webhook URL are of this mode.'),
    name: z.string().describe('What customers see on the hosted page.'),
    email: z.string(),
    plan: z.string().meta({ example: 'free' }),
    fee_bps: z
      .int()
      .nullable()
      .describe(
        'Platform fee in basis points: 1500 is 15 %. Null when this server no longer offers the plan.',
      )
      .meta({ example: 1500 }),
    wallets: z
      .partialRecord(z.enum(CRYPTOS), z.object({ network: z.string(), address: z.string() }))
      .describe('Where each payout currency is sent. Currencies without a wallet are left out.')
      .meta({
        example: {
          USDT: { network: 'ethereum', address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
        },
      }),
    default_webhook_url: z
      .string()
      .nullable()
      .describe('Hears of every event unless the session brings its own `webhook_url`.'),
    created_at: z.string(),
  })
  .meta({ id: 'merchant' })
