import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from '@prometheus-io/client'
import type { Db } from '../db/sql.ts'
import { sleep } from '../lib/clock.ts'
import { createBacklogGauges } from './backlogGauges.ts'
import { createTreasuryGauges, type TreasuryWatch } from './treasuryGauges.ts'

export type Metrics = {
  readonly registry: Registry
  /** Requests refused with 429, by the limit that refused them. */
  readonly rate_limited: Counter<'limit'>
  /** Attempts to pay that were declined unseen, by the limit on failing cards that was used up. */
  readonly card_attempts_refused: Counter<'limit'>
  /** What browsers refused on the payment page, by the rule that refused it. */
  readonly page_reports: Counter<'directive'>
  /** How many sessions one statement stored. */
  readonly create_group_size: Histogram
  /** Everything in the Prometheus text format. The database is asked at most every few seconds. */
  render(): Promise<string>
}

/**
 * The metrics of one process, in a registry of their own. Names and units follow Prometheus' conventions; every label
 * has few values. Those of the process itself are only collected from the first `render` on: who is not watched pays
 * nothing for it.
 */
export function createMetrics(db: Db, treasury: TreasuryWatch): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const backlog = createBacklogGauges(registry, db, createTreasuryGauges(registry, db, treasury))
  const rate_limited = new Counter({
    name: 'skiro_rate_limited_total',
    help: 'Requests refused with 429, by the limit that refused them.',
    labelNames: ['limit'],
    registers,
  })
  const card_attempts_refused = new Counter({
    name: 'skiro_card_attempts_refused_total',
    help: 'Attempts to pay that were declined unseen, by the limit on failing cards that was used up.',
    labelNames: ['limit'],
    registers,
  })
  const page_reports = new Counter({
    name: 'skiro_page_reports_total',
    help: 'What browsers say they refused on the payment page, by the rule of its policy.',
    labelNames: ['directive'],
    registers,
  })
  const create_group_size = new Histogram({
    name: 'skiro_create_group_size',
    help: 'How many checkout sessions one statement stored.',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  })
  const connections = new Gauge({
    name: 'skiro_db_connections',
    help: 'Connections of this process to the database.',
    labelNames: ['state'],
    registers,
  })
  const waiters = new Gauge({
    name: 'skiro_db_connection_waiters',
    help: 'Statements and transactions of this process that wait for a free connection.',
    registers,
  })
  function lookAtPool(): void {
    const { totalCount, idleCount, waitingCount } = db.pool
    connections.set({ state: 'idle' }, idleCount)
    connections.set({ state: 'in_use' }, totalCount - idleCount)
    waiters.set(waitingCount)
  }

  // The event loop's gauges are nonsense until they have measured something.
  let watching: Promise<void> | null = null
  function watchProcess(): Promise<void> {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 })
    return sleep(150)
  }

  return {
    registry,
    rate_limited,
    card_attempts_refused,
    page_reports,
    create_group_size,
    async render() {
      await Promise.all([(watching ??= watchProcess()), backlog.refresh()])
      lookAtPool()
      return await registry.metrics()
    },
  }
}
