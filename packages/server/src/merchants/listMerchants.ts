import { z } from 'zod'
import type { Context } from '../context.ts'
import { feeOf } from './merchant.ts'
import { listMerchantRows } from './store.ts'

export const listMerchantsInput = z.strictObject({
  email: z.string().optional(),
  starting_after: z.string().optional(),
  limit: z.int().min(1).max(1000).default(100),
})

/** All merchants of this server, newest first, for its operator. `email` finds those with that address, in any case. */
export async function listMerchants(ctx: Context, input: z.output<typeof listMerchantsInput>) {
  const { email = null, starting_after = null, limit } = input
  const rows = await listMerchantRows(ctx.db, { email, starting_after, limit: limit + 1 })
  return {
    data: rows.slice(0, limit).map(({ created_at, ...row }) => ({
      ...row,
      fee_bps: feeOf(ctx.config, row.plan),
      created_at: created_at.toISOString(),
    })),
    has_more: rows.length > limit,
  }
}
