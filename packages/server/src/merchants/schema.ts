import { z } from 'zod'
import { THREE_DS_WISHES } from '../adapters/acquirer.ts'
import { CRYPTOS } from '../lib/money.ts'
import { brandingSchema } from './branding/schema.ts'

/** The merchant object, for the OpenAPI document. */
export const merchantSchema = z
  .object({
    id: z.string().describe('Id of the merchant.').meta({ example: 'mer_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('merchant'),
    livemode: z
      .boolean()
      .describe('The mode that its wallets, webhook URL and branding are of: that of the key.'),
    name: z.string().describe('What customers see on the hosted page.').meta({ example: 'Lamp & Co.' }),
    email: z.string(),
    plan: z.string().describe('The plan, which sets the fee.').meta({ example: 'free' }),
    fee_bps: z
      .int()
      .nullable()
      .describe(
        'Platform fee in basis points: 1500 is 15 %. Null when this server no longer offers the plan.',
      )
      .meta({ example: 1500 }),
    three_ds: z
      .enum(THREE_DS_WISHES)
      .describe(
        'Whether the customer’s bank is asked who pays (3-D Secure). `always`: whenever the card knows it, which is the default, as a payout in crypto cannot be called back. `when_needed`: only where the bank or the law insists.',
      ),
    wallets: z
      .partialRecord(
        z.enum(CRYPTOS),
        z.object({
          network: z.string(),
          address: z.string(),
          next: z
            .object({ network: z.string(), address: z.string(), effective_at: z.string() })
            .optional()
            .describe(
              'A changed address that waits: from `effective_at` on, new payments go there. Left out when nothing is to change.',
            ),
        }),
      )
      .describe('Where each payout currency is sent. Currencies without a wallet are left out.')
      .meta({
        example: {
          USDT: { network: 'ethereum', address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
        },
      }),
    default_webhook_url: z
      .string()
      .nullable()
      .describe('Hears of every event unless the session brings its own `webhook_url`.')
      .meta({ example: 'https://shop.example.com/webhooks/skiro' }),
    branding: brandingSchema.describe('What customers see on the hosted page. Null: not set.'),
    created_at: z.string(),
  })
  .meta({ id: 'merchant' })

const changedValue = z.union([z.string(), z.number()]).nullable()

/** What `merchant.updated` holds: the merchant as it is now, and what became different. */
export const merchantUpdateSchema = merchantSchema
  .extend({
    changes: z
      .array(
        z.object({
          field: z.string().describe('Its path in this object.').meta({ example: 'wallets.USDT.address' }),
          from: changedValue
            .describe('What it was. Null: it was not set.')
            .meta({ example: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC' }),
          to: changedValue
            .describe('What it is now. Null: it was taken away.')
            .meta({ example: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }),
        }),
      )
      .describe('What became different. Never empty.'),
  })
  .meta({ id: 'merchant_update' })
