import { hash } from 'node:crypto'
import { type Context, modeOf } from '../context.ts'
import { inGroups, STATEMENT_GROUPS } from '../db/group.ts'
import { LOCK_NOT_AVAILABLE, isDbError } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { type Crypto, parseFiatAmount } from '../lib/money.ts'
import { sameDigest } from '../lib/secrets.ts'
import type { PresentedKey } from '../lib/tenant.ts'
import { type InsertOutcome, type NewSession, insertSessions } from './insertStore.ts'
import { type CreateSessionBody, EXPIRES_IN_DEFAULT } from './schema.ts'
import type { SessionRow } from './session.ts'
import { findByIdempotencyKey } from './store.ts'

const ROUTE = 'POST /v1/checkout'

/** Stores a session together with the others of its moment. Resolves after the commit. */
export type InsertSession = (session: NewSession) => Promise<InsertOutcome>

/**
 * The process's one way to store sessions: all requests share its groups.
 * @param observe is told how many sessions each group had
 */
export function sessionInserts(ctx: Context, observe: (size: number) => void = () => {}): InsertSession {
  const run = (sessions: readonly NewSession[]) => {
    observe(sessions.length)
    return insertSessions(ctx.db, ROUTE, sessions)
  }
  return inGroups(run, STATEMENT_GROUPS)
}

/**
 * Creates a checkout session in one database round trip, shared with the requests that come at the same time. It asks
 * no rate source: a broken exchange must not stop sales. With an idempotency key that was used before, the first session
 * is returned as it was then (`replayed`).
 * @throws SkiroError invalid_amount, payout_currency_unavailable, payout_wallet_missing, invalid_api_key, forbidden,
 *   idempotency_key_reused, idempotency_in_flight
 */
export async function createSession(
  ctx: Context,
  insert: InsertSession,
  key: PresentedKey,
  body: CreateSessionBody,
  idempotency_key: string | null,
): Promise<{ session: SessionRow; replayed: boolean }> {
  const { amount } = parseFiatAmount(body.amount, body.currency, ctx.config.amount)
  const networks = payoutNetworks(ctx, key, body.payout_currency)
  const draft = {
    id: newId('checkout_session'),
    amount,
    currency: body.currency,
    payout_currency: body.payout_currency,
    customer_email: body.customer_email ?? null,
    redirect_url: body.redirect_url ?? null,
    webhook_url: body.webhook_url ?? null,
    locale: body.locale && body.locale !== 'auto' ? body.locale : null,
    description: body.description ?? null,
  }
  const pairs = body.metadata ?? {}
  const metadata = JSON.stringify(pairs)
  const expires_in = body.expires_in ?? EXPIRES_IN_DEFAULT
  const claim = idempotency_key === null ? null : fingerprint(draft, pairs, expires_in)
  const outcome = await insert({
    ...draft,
    key,
    networks,
    metadata,
    expires_in,
    idempotency_key,
    fingerprint: claim,
  }).catch((error: unknown) => {
    throw isDbError(error, LOCK_NOT_AVAILABLE) ? new SkiroError('idempotency_in_flight') : error
  })
  if (!outcome) throw new SkiroError('invalid_api_key')
  const tenant = { merchant_id: outcome.merchant_id, livemode: key.livemode }
  if (outcome.created_at) {
    const { created_at } = outcome
    const session: SessionRow = {
      ...tenant,
      ...draft,
      metadata: pairs,
      status: 'pending',
      transaction_id: null,
      attempts: 0,
      created_at,
      expires_at: new Date(created_at.getTime() + expires_in * 1000),
    }
    return { session, replayed: false }
  }
  if (outcome.scope !== 'full') throw new SkiroError('forbidden')
  // Before the wallet is judged: a wallet that changed since must not change the answer to a repeated request.
  const first = idempotency_key && (await findByIdempotencyKey(ctx.db, tenant, ROUTE, idempotency_key))
  if (!outcome.has_wallet && !first)
    throw new SkiroError('payout_wallet_missing', { param: 'payout_currency' })
  assert(claim, 'a session was neither stored nor refused')
  if (!first) throw new SkiroError('idempotency_in_flight')
  if (!sameDigest(first.fingerprint, claim))
    throw new SkiroError('idempotency_key_reused', { param: 'Idempotency-Key' })
  // The answer as it was then: everything but these two never changes.
  return { session: { ...first, status: 'pending', transaction_id: null }, replayed: true }
}

/** The networks that can pay out that currency in the key's mode. */
function payoutNetworks(ctx: Context, { livemode }: PresentedKey, currency: Crypto): string {
  const mode = modeOf(ctx, { livemode })
  if (!mode) throw new SkiroError('forbidden', { message: 'This mode is not enabled on this server.' })
  const networks = [...mode.chains.values()].filter((chain) => chain.assets.includes(currency))
  if (networks.length === 0) throw new SkiroError('payout_currency_unavailable', { param: 'payout_currency' })
  return networks.map((chain) => chain.network).join(',')
}

type Draft = { id: string; amount: bigint; locale: string | null; description: string | null }

/** Of everything that was asked for but the id, so that the same request always has the same one. */
function fingerprint(
  { id: _id, amount, locale, description, ...draft }: Draft,
  metadata: Record<string, string>,
  expires_in: number,
): Buffer {
  const pairs = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))
  // Without these it is what it was before sessions had them: keys in use outlive an upgrade.
  const asked = { ...draft, ...(locale !== null && { locale }), ...(description !== null && { description }) }
  const text = JSON.stringify([amount.toString(), asked, pairs, expires_in])
  return hash('sha256', text, 'buffer')
}
