import { z } from 'zod'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { KEY_SCOPES, type Tenant } from '../lib/tenant.ts'
import { newApiKey } from './apiKey.ts'
import { type Key, renderKey } from './key.ts'
import { insertApiKey } from './keyStore.ts'
import { findMerchantRow } from './store.ts'

// NUL and half a surrogate pair cannot be stored; the other control characters would forge lines of a list.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

export const createKeyInput = z.strictObject({
  label: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must be at most 100 characters')
    .refine((text) => !UNPRINTABLE.test(text), 'must not contain control characters or broken Unicode'),
  scope: z.enum(KEY_SCOPES).default('full'),
  expires_at: z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 time with its zone, such as 2026-11-22T15:04:05Z' })
    .refine((text) => Date.parse(text) > 0, 'must be in the future')
    .nullable()
    .default(null),
})

/**
 * One more key for the merchant in that mode. `key` is the text to use in `Authorization: Bearer`; it is in this answer
 * and nowhere else, ever.
 * @throws SkiroError not_found (no such merchant), invalid_request (`expires_at` has passed)
 */
export async function createKey(
  ctx: Context,
  tenant: Tenant,
  input: z.output<typeof createKeyInput>,
): Promise<Key & { key: string }> {
  const { text, id, secret_hash } = newApiKey(tenant.livemode)
  const row = await insertApiKey(ctx.db, tenant, { id, secret_hash, ...input })
  if (row) return { ...renderKey(row), key: text }
  if (!(await findMerchantRow(ctx.db, tenant))) throw new SkiroError('not_found')
  throw new SkiroError('invalid_request', {
    param: 'expires_at',
    message: 'expires_at must be in the future.',
  })
}
