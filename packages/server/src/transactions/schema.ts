import { z } from 'zod'
import { pagingQuery } from '../http/paging.ts'
import { CRYPTOS, FIATS } from '../lib/money.ts'

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d))?$/

/** Whether the text names a moment that exists: Date.parse alone would take 30 February for 2 March. */
function isTime(text: string): boolean {
  const [, year, month, day] = TIME.exec(text) ?? []
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return Number(year) >= 1970 && !Number.isNaN(midnight.getTime()) && midnight.getUTCDate() === Number(day)
}

// A date alone is midnight UTC, whatever zone the database session is in.
const time = z
  .string()
  .refine(isTime, 'must be an ISO 8601 date, or a time with its zone, such as 2026-11-22T15:04:05Z')
  .transform((text) => new Date(text).toISOString())

/** Query of GET /v1/transactions. */
export const listTransactionsQuery = z.strictObject({
  ...pagingQuery,
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'refunded']).optional(),
  from: time.optional().describe('Created at or after this ISO 8601 time.'),
  to: time.optional().describe('Created at or before this ISO 8601 time.'),
})

/** The transaction object, for the OpenAPI document. */
export const transactionSchema = z
  .object({
    id: z.string().meta({ example: 'txn_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('transaction'),
    livemode: z.boolean(),
    checkout_session_id: z.string(),
    amount: z.number().describe('Gross, major units of `currency`.'),
    currency: z.enum(FIATS),
    payout_amount: z.number().nullable().describe('Net crypto, fixed at capture; null until then.'),
    payout_currency: z.enum(CRYPTOS),
    fee_amount: z.number().describe('Platform fee, major units of `currency`.'),
    status: z.enum(['pending', 'processing', 'completed', 'failed', 'refunded']),
    customer_email: z.string().nullable(),
    card_brand: z.string().nullable(),
    card_last_four: z.string().nullable(),
    failure_code: z.string().nullable(),
    failure_message: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    conversion: z
      .object({
        rate: z.string().describe('Crypto per one unit of fiat, exact decimal.'),
        sources: z.array(z.string()),
        time: z.string(),
      })
      .nullable(),
    payout_id: z.string().nullable(),
    amount_refunded: z.number(),
    paid_out_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'transaction' })
