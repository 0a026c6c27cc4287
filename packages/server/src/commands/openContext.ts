import { pino } from 'pino'
import type { Config, ModeConfig } from '../config.ts'
import type { Context, ModeAdapters } from '../context.ts'
import { openDb } from '../db/sql.ts'

const CONNECTIONS = 4

/**
 * The context of an operator's command. Logs to standard error: standard output belongs to the command's answer.
 * With `adapters` each one is built when it is first used, and their code is not even loaded without.
 */
export async function openContext(config: Config, adapters: boolean): Promise<Context> {
  const log = pino(
    { level: config.log_level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  const db = openDb(config.database_url, { max: CONNECTIONS, name: 'skiro-command' })
  if (!adapters) return { config, db, log, modes: { test: null, live: null } }
  const [registry, { createRateEngine }, { createDatabaseJournal }] = await Promise.all([
    import('../adapters/registry.ts'),
    import('../conversions/quote.ts'),
    import('../signing/journalStore.ts'),
  ])
  const lazily = (mode: ModeConfig | null): ModeAdapters | null => {
    if (!mode) return null
    const acquirer = once(() => registry.createAcquirer(mode.acquirer))
    const rates = once(() =>
      createRateEngine({ venues: registry.createVenues(mode.venues), limits: config.rates }),
    )
    const signer = once(() =>
      registry.createSigner(mode.signer, createDatabaseJournal(db, mode.signer.livemode)),
    )
    const exchange = once(() => registry.createExchange(mode.treasury))
    const chains = once(() => registry.createChains(mode.chains, signer()))
    return {
      get acquirer() {
        return acquirer()
      },
      get rates() {
        return rates()
      },
      get signer() {
        return signer()
      },
      get chains() {
        return chains()
      },
      get exchange() {
        return exchange()
      },
    }
  }
  return { config, db, log, modes: { test: lazily(config.test), live: lazily(config.live) } }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
