import { z } from 'zod'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type Key, renderKey } from './key.ts'
import { listKeyRows } from './keyStore.ts'
import { findMerchantRow } from './store.ts'

export const listKeysInput = z.strictObject({
  include_revoked: z.boolean().default(false),
  limit: z.int().min(1).max(1000).default(1000),
})

/**
 * The merchant's keys of that mode, newest first, expired ones too.
 * @throws SkiroError not_found (no such merchant)
 */
export async function listKeys(
  ctx: Context,
  tenant: Tenant,
  input: z.output<typeof listKeysInput>,
): Promise<Key[]> {
  const rows = await listKeyRows(ctx.db, tenant, input)
  if (rows.length === 0 && !(await findMerchantRow(ctx.db, tenant))) throw new SkiroError('not_found')
  return rows.map(renderKey)
}
