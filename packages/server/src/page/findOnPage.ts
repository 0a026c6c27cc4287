import type { FastifyRequest } from 'fastify'
import { findPublicSession, type PublicSession } from '../checkout/store.ts'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { latestOfSession } from '../transactions/store.ts'
import type { TransactionRow } from '../transactions/transaction.ts'

export type OnPage = { readonly session: PublicSession; readonly latest: TransactionRow | null }

/** The session that the request's path names, and its newest attempt. Null: there is none of that id. */
export async function findOnPage(ctx: Context, request: FastifyRequest): Promise<OnPage | null> {
  const { session_id } = request.params as { session_id: string }
  const session = isId('checkout_session', session_id) ? await findPublicSession(ctx.db, session_id) : null
  if (!session) return null
  return { session, latest: await latestOfSession(ctx.db, session) }
}

/** @throws SkiroError not_found */
export async function requireOnPage(ctx: Context, request: FastifyRequest): Promise<OnPage> {
  const found = await findOnPage(ctx, request)
  if (!found) throw new SkiroError('not_found')
  return found
}
