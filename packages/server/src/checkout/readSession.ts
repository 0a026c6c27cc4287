import type { Context } from '../context.ts'
import { inGroups } from '../db/group.ts'
import { isRefusal } from '../db/sql.ts'
import { type SessionAnswer, type SessionAsk, readSessions } from './readStore.ts'

const GROUP_SIZE = 128
const GROUPS_AT_ONCE = 4
const PATIENCE_MS = 20

/** Proves a key and reads a session together with what others ask at the same moment. */
export type ReadSession = (ask: SessionAsk) => Promise<SessionAnswer>

/** The process's one way to retrieve sessions by id: all requests share its groups. */
export function sessionReads(ctx: Context): ReadSession {
  return inGroups<SessionAsk, SessionAnswer>((asks) => readSessions(ctx.db, asks), {
    size: GROUP_SIZE,
    at_once: GROUPS_AT_ONCE,
    patience_ms: PATIENCE_MS,
    didNothing: isRefusal,
  })
}
