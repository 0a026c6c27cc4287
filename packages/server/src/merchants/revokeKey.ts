import { z } from 'zod'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Tenant } from '../lib/tenant.ts'
import { keyIdIn } from './apiKey.ts'
import { type Key, renderKey } from './key.ts'
import { setRevoked } from './keyStore.ts'

export const revokeKeyInput = z.strictObject({
  id: z.string().transform((text, context) => {
    const id = keyIdIn(text.trim())
    if (id !== null) return id
    context.addIssue({ code: 'custom', message: 'must be the id of a key, as the list of keys shows it' })
    return z.NEVER
  }),
})

/**
 * Ends a key for good: the next request that carries it is refused, whichever process gets it. Doing it twice is no
 * error and keeps the first time.
 * @throws SkiroError not_found (the merchant has no such key in that mode)
 */
export async function revokeKey(
  ctx: Context,
  tenant: Tenant,
  input: z.output<typeof revokeKeyInput>,
): Promise<Key> {
  const row = await setRevoked(ctx.db, { ...tenant, id: input.id })
  if (!row) throw new SkiroError('not_found')
  return renderKey(row)
}
