import { z } from 'zod'
import { createdQuery, pagingQuery } from '../http/paging.ts'
import { CRYPTOS } from '../lib/money.ts'
import { PAYOUT_STATUSES } from './payout.ts'

/** Query of GET /v1/payouts. */
export const listPayoutsQuery = z.strictObject({
  ...pagingQuery,
  status: z.enum(PAYOUT_STATUSES).optional().describe('Only those with this status.'),
  ...createdQuery,
})

/** The payout object, for the OpenAPI document. */
export const payoutSchema = z
  .object({
    id: z.string().meta({ example: 'po_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('payout'),
    livemode: z.boolean(),
    transaction_id: z.string(),
    amount: z.number(),
    currency: z.enum(CRYPTOS),
    network: z.string(),
    address: z.string(),
    status: z.enum(PAYOUT_STATUSES),
    hold_reason: z
      .string()
      .nullable()
      .describe(
        'Why the payout waits. It is tried again by itself; as `contract_elsewhere` it waits for a person, because the address is a contract on another network and nothing on this one.',
      ),
    tx_hash: z.string().nullable(),
    attempts: z.array(z.string()).describe('Hashes of every transaction that was sent for this payout.'),
    confirmations: z.number(),
    metadata: z.record(z.string(), z.string()),
    created_at: z.string(),
    sent_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    failure_reason: z.string().nullable(),
  })
  .meta({ id: 'payout' })
