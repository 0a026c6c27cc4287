import { type Logger, pino } from 'pino'
import {
  createAcquirer,
  createChains,
  createExchange,
  createSigner,
  createVenues,
} from './adapters/registry.ts'
import type { Config, ModeConfig } from './config.ts'
import type { Context, ModeAdapters } from './context.ts'
import { createRateEngine } from './conversions/quote.ts'
import { logLines } from './logLines.ts'
import { type Db, openDb } from './db/sql.ts'
import { createDatabaseJournal } from './signing/journalStore.ts'

/** What a program may be, and so as whom it connects. */
export type Process = keyof Config['database_logins']

/**
 * Opens the database pool and builds the adapters that the configuration names. Calls no one yet.
 * @param process as whom it connects; without it as the owner of the tables
 */
export function buildContext(config: Config, process?: Process): Context {
  const log = pino(
    { level: config.log_level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    logLines(),
  )
  const db = openPool(config, log, process)
  const adapters = (mode: ModeConfig | null): ModeAdapters | null => {
    if (!mode) return null
    const signer = createSigner(mode.signer, createDatabaseJournal(db, mode.signer.livemode))
    return {
      acquirer: createAcquirer(mode.acquirer),
      rates: createRateEngine({ venues: createVenues(mode.venues), limits: config.rates }, log),
      signer,
      chains: createChains(mode.chains, signer),
      exchange: createExchange(mode.treasury),
    }
  }
  return { config, db, log, modes: { test: adapters(config.test), live: adapters(config.live) } }
}

/**
 * A context for each process that this program is. They share log and adapters, and connect each as its own user; where
 * that is the same one, all is shared. Signing is the work of `work`, so what was signed is written by its connections.
 */
export function buildContexts(config: Config, processes: readonly Process[]): Record<Process, Context> {
  const first = processes.includes('work') ? 'work' : 'serve'
  const ctx = buildContext(config, first)
  const { serve, work } = config.database_logins
  const other = (process: Process): Context =>
    process === first || serve === work || !processes.includes(process)
      ? ctx
      : { ...ctx, db: openPool(config, ctx.log, process) }
  return { serve: other('serve'), work: other('work') }
}

function openPool(config: Config, log: Logger, process?: Process): Db {
  return openDb((process && config.database_logins[process]) ?? config.database_url, {
    max: config.db_pool,
    // What the doctor knows the processes by.
    name: process ? `skiro-${process}` : 'skiro',
    // Not the error itself: it carries the driver's whole client.
    onError: ({ message }) => log.warn({ reason: message }, 'database connection lost'),
  })
}
