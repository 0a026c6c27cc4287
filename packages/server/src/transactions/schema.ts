import { z } from 'zod'
import { createdQuery, pagingQuery } from '../http/paging.ts'
import { CRYPTOS, FIATS } from '../lib/money.ts'
import { TRANSACTION_STATUSES } from './transaction.ts'

/** Query of GET /v1/transactions. */
export const listTransactionsQuery = z.strictObject({
  ...pagingQuery,
  status: z.enum(TRANSACTION_STATUSES).optional().describe('Only those with this status.'),
  ...createdQuery,
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
    status: z.enum(TRANSACTION_STATUSES),
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
        time: z.string().describe('When the rate was quoted.'),
      })
      .nullable(),
    payout_id: z.string().nullable(),
    amount_refunded: z.number(),
    paid_out_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'transaction' })
