import type { Context } from '../context.ts'
import { randomText, seal } from '../lib/secrets.ts'
import type { Ref } from '../lib/tenant.ts'
import { secretContext } from './secretContext.ts'

/** A new signing secret (256 bits) for an endpoint: to be shown once, and sealed as it is stored. */
export function newSecret(ctx: Context, endpoint: Ref): { secret: string; secret_sealed: Buffer } {
  const secret = `whsec_${randomText(43)}`
  const context = secretContext(endpoint, endpoint.id)
  return { secret, secret_sealed: seal(secret, ctx.config.key_encryption_key, context) }
}
