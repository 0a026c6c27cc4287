import pg from 'pg'
import { assert } from '../lib/assert.ts'
import { type Channel, createWaker } from './wake.ts'

/** Anything that runs a statement: the pool, or one connection inside a transaction. */
export interface Sql {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>
}

/** A connection inside an open transaction. Functions that must be atomic with their caller ask for this type. */
export interface Tx extends Sql {
  readonly in_transaction: true
  /** Wakes whoever listens on the channel once this transaction has committed. */
  wake(channel: Channel): void
}

export interface Db extends Sql {
  readonly pool: pg.Pool
  /** Wakes whoever listens on the channel, in any process. */
  wake(channel: Channel): void
}

const INT8 = 20
const NUMERIC = 1700

// numeric holds money in minor units only, so a fraction here is a bug, not a value to round.
function parseInteger(text: string): bigint {
  assert(/^-?[0-9]+$/.test(text), 'a numeric column returned a fraction')
  return BigInt(text)
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return BigInt
    if (oid === NUMERIC) return parseInteger
    return pg.types.getTypeParser(oid, format)
  },
}

/**
 * Opens a pool. `bigint` and `numeric` come back as JavaScript bigint, `timestamptz` as Date.
 * A lost connection is reported to `onError` instead of ending the process.
 */
export function openDb(
  url: string,
  options: { max?: number; name?: string; onError?: (error: Error) => void } = {},
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.name ?? 'skiro',
    types,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
  })
  const report = options.onError ?? (() => {})
  pool.on('error', report)
  // A client that is checked out when PostgreSQL dies emits `error` too, and an unheard one would kill the process.
  pool.on('connect', (client) => client.on('error', report))
  return { pool, query: (text, values) => pool.query(statement(text, values)), wake: createWaker(pool) }
}

// Statements are constants of store.ts files, so there are a few hundred at most.
const names = new Map<string, string>()
const NAMES_MAX = 1000

/** The statement with a name, so that each connection plans it once. Text without parameters may hold several. */
function statement(text: string, values: readonly unknown[] | undefined): pg.QueryConfig {
  if (!values || values.length === 0) return { text }
  let name = names.get(text)
  if (name === undefined && names.size < NAMES_MAX) {
    name = `skiro_${names.size}`
    names.set(text, name)
  }
  return { text, values: values as unknown[], ...(name !== undefined && { name }) }
}

/**
 * Runs `work` in one READ COMMITTED transaction: commits when it resolves, rolls back when it throws.
 * Nothing in `work` may call the network: a row lock must never wait for someone else's server.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const wakes = new Set<Channel>()
    const tx: Tx = {
      in_transaction: true,
      query: (text, values) => client.query(statement(text, values)),
      wake: (channel) => void wakes.add(channel),
    }
    const result = await work(tx)
    // After a statement that failed and was swallowed, COMMIT answers ROLLBACK: nothing of `work` happened.
    const { command } = await client.query('commit')
    assert(command === 'COMMIT', 'a transaction went on after one of its statements failed')
    for (const channel of wakes) db.wake(channel)
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** The only row, or null. Asserts that there is no second one. */
export async function maybeOne<Row extends object>(
  sql: Sql,
  text: string,
  values: readonly unknown[],
): Promise<Row | null> {
  const { rows } = await sql.query<Row>(text, values)
  assert(rows.length <= 1, 'a statement for one row returned several')
  return rows[0] ?? null
}

/** The only row. Asserts that it exists. */
export async function one<Row extends object>(
  sql: Sql,
  text: string,
  values: readonly unknown[],
): Promise<Row> {
  const row = await maybeOne<Row>(sql, text, values)
  assert(row, 'a statement for one row returned none')
  return row
}

/** Whether `error` is PostgreSQL's refusal under that SQLSTATE, optionally of one named constraint. */
export function isDbError(error: unknown, sqlstate: string, constraint?: string): boolean {
  const e = error as { code?: string; constraint?: string }
  return e?.code === sqlstate && (constraint === undefined || e.constraint === constraint)
}

export const UNIQUE_VIOLATION = '23505'
export const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Whether PostgreSQL itself refused the statement, so that it certainly did nothing. Not so for class 08 (connection)
 * and 57P (server shut down), after which a commit may or may not have happened.
 */
export function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(?:08|57P)/.test(code)
}
