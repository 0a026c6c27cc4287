import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { parseFiatAmount } from '../lib/money.ts'
import type { PresentedKey } from '../lib/tenant.ts'
import { EXPIRES_IN_DEFAULT, type createSessionBody } from './schema.ts'
import type { SessionRow } from './session.ts'
import { findByIdempotencyKey, insertSession } from './store.ts'

const ROUTE = 'POST /v1/checkout'

/**
 * Creates a checkout session in one database round trip. It asks no rate source: a broken exchange must not stop sales.
 * With an idempotency key that was used before, the first session is returned as it was then (`replayed`).
 * @throws SkiroError invalid_amount, payout_currency_unavailable, payout_wallet_missing, invalid_api_key,
 *   idempotency_key_reused, forbidden
 */
export async function createSession(
  ctx: Context,
  key: PresentedKey,
  body: z.output<typeof createSessionBody>,
  idempotency_key: string | null,
): Promise<{ session: SessionRow; replayed: boolean }> {
  const { amount } = parseFiatAmount(body.amount, body.currency, ctx.config.amount)
  const mode = ctx.modes[key.livemode ? 'live' : 'test']
  if (!mode) throw new SkiroError('forbidden', { message: 'This mode is not enabled on this server.' })
  const networks = [...mode.chains.values()]
    .filter((chain) => chain.assets.includes(body.payout_currency))
    .map((chain) => chain.network)
  if (networks.length === 0) throw new SkiroError('payout_currency_unavailable', { param: 'payout_currency' })

  const draft = {
    amount,
    currency: body.currency,
    payout_currency: body.payout_currency,
    customer_email: body.customer_email ?? null,
    redirect_url: body.redirect_url ?? null,
    webhook_url: body.webhook_url ?? null,
  }
  const metadata = body.metadata ?? {}
  const expires_in = body.expires_in ?? EXPIRES_IN_DEFAULT
  const id = newId('checkout_session')
  const claim = idempotency_key
    ? {
        route: ROUTE,
        key: idempotency_key,
        fingerprint: fingerprint({ ...draft, amount: amount.toString(), metadata, expires_in }),
      }
    : null
  const stored = await insertSession(
    ctx.db,
    key,
    { ...draft, id, metadata: JSON.stringify(metadata), expires_in },
    networks,
    claim,
  )

  if (!stored) throw new SkiroError('invalid_api_key')
  const tenant = { merchant_id: stored.merchant_id, livemode: stored.livemode }
  if (stored.created_at && stored.expires_at) {
    const { created_at, expires_at } = stored
    const session = {
      ...tenant,
      id,
      ...draft,
      metadata,
      status: 'pending' as const,
      transaction_id: null,
      attempts: 0,
    }
    return { session: { ...session, created_at, expires_at }, replayed: false }
  }
  // Before the wallet is judged: a wallet that changed since must not change the answer to a repeated request.
  const first = claim && (await findByIdempotencyKey(ctx.db, tenant, claim.route, claim.key))
  if (!stored.has_wallet && !first)
    throw new SkiroError('payout_wallet_missing', { param: 'payout_currency' })
  assert(claim, 'a session was neither stored nor refused')
  if (!first) throw new SkiroError('idempotency_in_flight')
  if (!first.fingerprint.equals(claim.fingerprint)) throw new SkiroError('idempotency_key_reused')
  // The answer as it was then: everything but these two never changes.
  return { session: { ...first, status: 'pending', transaction_id: null }, replayed: true }
}

function fingerprint({
  metadata,
  ...rest
}: { metadata: Record<string, string> } & Record<string, unknown>): Buffer {
  const pairs = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([rest, pairs]))
    .digest()
}
