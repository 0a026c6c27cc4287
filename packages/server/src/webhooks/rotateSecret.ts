import type { Context } from '../context.ts'
import type { Tx } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import type { EndpointRow } from './endpoint.ts'
import { newSecret } from './newSecret.ts'
import { replaceSecret } from './store.ts'

/**
 * A new signing secret, shown once. The old one signs beside it for `keep_seconds`, so that a receiver can change over
 * without losing an event; 0 stops it at once. Rotating again before that drops the oldest.
 * @throws SkiroError not_found
 */
export async function rotateSecret(
  ctx: Context,
  tx: Tx,
  ref: Ref,
  keep_seconds: number,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const { secret, secret_sealed } = newSecret(ctx, ref)
  const endpoint = await replaceSecret(tx, ref, secret_sealed, keep_seconds)
  if (!endpoint) throw new SkiroError('not_found')
  return { endpoint, secret }
}
