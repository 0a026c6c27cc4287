import type { Context } from '../context.ts'
import { inGroups, STATEMENT_GROUPS } from '../db/group.ts'
import { type SessionAnswer, type SessionAsk, readSessions } from './readStore.ts'

/** Proves a key and reads a session together with what others ask at the same moment. */
export type ReadSession = (ask: SessionAsk) => Promise<SessionAnswer>

/** The process's one way to retrieve sessions by id: all requests share its groups. */
export function sessionReads(ctx: Context): ReadSession {
  return inGroups<SessionAsk, SessionAnswer>((asks) => readSessions(ctx.db, asks), STATEMENT_GROUPS)
}
