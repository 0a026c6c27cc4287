import { randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { seal } from '../lib/seal.ts'
import type { Ref } from '../lib/tenant.ts'
import { secretContext } from './secretContext.ts'

/**
 * A new signing secret for an endpoint: to be shown once, and sealed as it is stored. `whsec_` and the base64, with
 * padding, of 256 random bits, as the Standard Webhooks specification wants it.
 */
export function newSecret(ctx: Context, endpoint: Ref): { secret: string; secret_sealed: Buffer } {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const context = secretContext(endpoint, endpoint.id)
  return { secret, secret_sealed: seal(secret, ctx.config.key_encryption_keys, context) }
}
