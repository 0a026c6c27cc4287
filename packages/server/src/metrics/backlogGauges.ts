import { Gauge, type Registry } from '@prometheus-io/client'
import type { Sql } from '../db/sql.ts'
import { monotonicMs, sleep } from '../lib/clock.ts'
import { type Backlog, readBacklog } from './backlogStore.ts'

/** Every state that is shown, also while nothing is in it: a series that comes and goes cannot be alerted on. */
const STATES: Readonly<Record<Backlog['kind'], readonly string[]>> = {
  transaction: ['authorizing', 'authorized', 'capturing', 'voiding'],
  unknown: ['authorizing', 'capturing', 'voiding'],
  payout: ['pending', 'held', 'sent'],
  delivery: ['pending'],
  event: ['pending'],
  mail: ['pending'],
}

const NAMES: Readonly<Record<Backlog['kind'], readonly [name: string, what: string]>> = {
  transaction: ['skiro_transactions_unfinished', 'Charges under way'],
  unknown: [
    'skiro_transactions_unknown',
    'Charges that need a person: what became of a call to the acquirer is not known',
  ],
  payout: ['skiro_payouts_unfinished', 'Payouts that are not final'],
  delivery: [
    'skiro_webhook_deliveries_waiting',
    'Webhook deliveries that are due or wait for their next try',
  ],
  event: ['skiro_events_waiting', 'Events that no delivery was made for yet'],
  mail: ['skiro_mails_waiting', 'Mails that are due or wait for their next try'],
}

const KEPT_MS = 5000
const PATIENCE_MS = 2000

/** Gauges of what waits in the database, which all processes share: take the maximum over processes, not the sum. */
export function createBacklogGauges(
  registry: Registry,
  db: Sql,
  /** More gauges that come from the database, read at the same times. */
  more?: { read(): Promise<void> },
): { refresh(): Promise<void> } {
  const registers = [registry]
  const up = new Gauge({
    name: 'skiro_database_up',
    help: 'Whether the database answered when it was last asked for the gauges that come from it.',
    registers,
  })
  const kinds = Object.entries(NAMES).map(([kind, [name, what]]) => ({
    kind: kind as Backlog['kind'],
    waiting: new Gauge({ name, help: `${what}.`, labelNames: ['state'], registers }),
    oldest: new Gauge({
      name: `${name}_oldest_seconds`,
      help: `${what}: age of the oldest.`,
      labelNames: ['state'],
      registers,
    }),
  }))

  let read_at = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function read(): Promise<void> {
    const [rows] = await Promise.all([readBacklog(db).catch(() => null), more?.read().catch(() => undefined)])
    up.set(rows ? 1 : 0)
    for (const { kind, waiting, oldest } of kinds) {
      // What is not known is not shown: an old number would look like a new one.
      waiting.reset()
      oldest.reset()
      if (!rows) continue
      for (const state of STATES[kind]) {
        const row = rows.find((one) => one.kind === kind && one.state === state)
        waiting.set({ state }, row?.waiting ?? 0)
        oldest.set({ state }, row?.oldest_seconds ?? 0)
      }
    }
    read_at = monotonicMs()
  }

  return {
    async refresh() {
      if (monotonicMs() - read_at < KEPT_MS) return
      reading ??= read().finally(() => {
        reading = null
      })
      // The other metrics are wanted most when the database hangs.
      const patience = new AbortController()
      await Promise.race([reading, sleep(PATIENCE_MS, patience.signal).then(() => giveUp(patience.signal))])
      patience.abort()
    },
  }

  function giveUp(signal: AbortSignal): void {
    if (!signal.aborted) up.set(0)
  }
}
