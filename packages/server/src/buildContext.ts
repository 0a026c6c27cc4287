import { pino } from 'pino'
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
import { openDb } from './db/sql.ts'
import { createDatabaseJournal } from './signing/journalStore.ts'

/** Opens the database pool and builds the adapters that the configuration names. Calls no one yet. */
export function buildContext(config: Config): Context {
  const log = pino(
    { level: config.log_level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    logLines(),
  )
  const db = openDb(config.database_url, {
    max: config.db_pool,
    // Not the error itself: it carries the driver's whole client.
    onError: ({ message }) => log.warn({ reason: message }, 'database connection lost'),
  })
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
