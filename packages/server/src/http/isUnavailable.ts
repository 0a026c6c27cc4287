// Nothing listens, or the connection broke. Calls to the outside have their own ProviderError, so it is the database's.
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

// SQLSTATE, PostgreSQL's appendix A: 08 connection exception, 57P0x shut down or starting up, 53300 too many connections,
// 25006 read-only: a standby that is about to take over.
const SQL = /^(?:08\w{3}|57P0[1-5]|53300|25006)$/

// pg has no codes for these.
const WORDS =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/

/** Whether the database cannot be reached or used at this moment, so that a retry in some seconds can help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, cause } = error as Error & { code?: unknown }
  // One error for each address that a host name has.
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  const known = typeof code === 'string' && (SOCKET.has(code) || SQL.test(code))
  return known || WORDS.test(error.message) || (cause !== undefined && isUnavailable(cause))
}
