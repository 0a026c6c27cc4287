import { readFile } from 'node:fs/promises'
import type { Db } from '../../packages/server/src/db/sql.ts'
import type { World } from '../support/world.ts'
import type { SimulatedClock } from './clock.ts'
import type { Attempt, Ending, Outage } from './judge/recording.ts'
import type { ShopEndpoint } from './shops.ts'

/** What is not done yet: events without deliveries, deliveries that are due, that wait, and that were given up. */
export async function backlog(
  db: Db,
): Promise<{ unpublished: number; due: number; waiting: number; given_up: number }> {
  const { rows } = await db.query<{ unpublished: number; due: number; waiting: number; given_up: number }>(
    `select (select count(*)::int from event where fanned_out_at is null) unpublished,
       count(*) filter (where state = 'pending' and wake_at <= now())::int due,
       count(*) filter (where state = 'pending' and wake_at > now())::int waiting,
       count(*) filter (where state = 'failed')::int given_up
     from webhook_delivery`,
  )
  return rows[0] ?? { unpublished: 0, due: 0, waiting: 0, given_up: 0 }
}

/** What the API says of the endpoints at the end of the outage that began at `from`. */
export async function observeOutage(
  endpoints: readonly ShopEndpoint[],
  clock: SimulatedClock,
  from: number,
): Promise<Outage> {
  const to = clock.now()
  return {
    from,
    to,
    endpoints: await Promise.all(
      endpoints.map(async ({ id, skiro }) => {
        const { status, failing_since } = await skiro.webhooks.retrieve(id)
        // Stored times have moved back with all that was skipped, so they count from now.
        const since = failing_since === null ? null : to - (Date.now() - Date.parse(failing_since))
        return { id, status, failing_since: since, unacknowledged: await unacknowledged(skiro, id) }
      }),
    ),
  }
}

/** What the gateway says when all should be done. */
export async function observeEnding(
  world: World,
  endpoints: readonly ShopEndpoint[],
): Promise<Omit<Ending, 'complaints'>> {
  const pulled = new Map<string, { id: string; sequence: number }[]>()
  for (const { merchant_id, skiro } of endpoints) {
    if (pulled.has(merchant_id)) continue
    const events: { id: string; sequence: number }[] = []
    for await (const { id, sequence } of skiro.events.since(0, { limit: 100 })) events.push({ id, sequence })
    pulled.set(merchant_id, events)
  }
  const { rows: left } = await world.database.db.query<{ endpoint_id: string; event_id: string }>(
    'select endpoint_id, event_id from webhook_delivery order by endpoint_id, sequence',
  )
  const shown = await Promise.all(
    endpoints.map(async ({ id, skiro }) => ({
      id,
      status: (await skiro.webhooks.retrieve(id)).status,
      unacknowledged: await unacknowledged(skiro, id),
    })),
  )
  return { endpoints: shown, pulled, left }
}

/** Every try that was written down. Times of tries stay when time passes, so they are those of the machine. */
export async function readAttempts(db: Db, clock: SimulatedClock): Promise<Attempt[]> {
  const { rows } = await db.query<
    Omit<Attempt, 'at' | 'due'> & { created_at: Date; next_attempt_at: Date | null }
  >('select endpoint_id, event_id, number, created_at, next_attempt_at from webhook_attempt')
  return rows.map(({ created_at, next_attempt_at, ...attempt }) => {
    const at = clock.at(created_at.getTime())
    // Written when the try had ended, and no try is under way while time passes.
    const due = next_attempt_at && at + (next_attempt_at.getTime() - created_at.getTime())
    return { ...attempt, at, due }
  })
}

/** What the gateways logged as errors. */
export async function loggedErrors({ log_file }: World): Promise<string[]> {
  const lines = (await readFile(log_file, 'utf8')).split('\n')
  return lines.filter((line) => /^\{"level":[56]0,/.test(line))
}

async function unacknowledged(skiro: ShopEndpoint['skiro'], webhook_id: string): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of skiro.events.reconcile({ webhook_id })) ids.push(id)
  return ids
}
