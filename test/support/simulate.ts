import assert from 'node:assert/strict'
import type { World } from './world.ts'

type Operation = 'create' | 'confirm' | 'capture' | 'void' | 'retrieve' | 'test_token' | '*'
export type Fault = 'error_before' | 'error_after' | 'drop_before' | 'drop_after' | 'delay'

/** Turns a knob of the simulated acquirer: a path under `/_sim` and its body. */
export async function turn(world: World, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${world.acquirer.url}/_sim/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.ok(answer.ok, `_sim/${path}: ${answer.status} ${await answer.text()}`)
}

/** The next `times` calls of that operation meet the fault. */
export async function planFault(
  world: World,
  operation: Operation,
  fault: Fault,
  { times = 1, delay_ms = 1000 } = {},
): Promise<void> {
  await turn(world, 'faults', { operation, fault, times, delay_ms })
}

/** How many calls are still to meet a planned fault. */
export async function faultsLeft(world: World): Promise<number> {
  const answer = await fetch(`${world.acquirer.url}/_sim/faults`)
  return ((await answer.json()) as { faults: unknown[] }).faults.length
}

type Payment = { id: string; session: string; reference: string; status: string }
type Entry = { type: 'authorize' | 'capture' | 'void' | 'refund'; payment_id: string; amount_minor: number }

/** The payments that the acquirer's book has for a session, each with its money movements. */
export async function paymentsOf(
  world: World,
  session: string,
): Promise<(Payment & { entries: [Entry['type'], number][] })[]> {
  const answer = await fetch(`${world.acquirer.url}/_sim/book`)
  const book = (await answer.json()) as {
    check: { ok: boolean }
    payments: Payment[]
    entries: Entry[]
  }
  assert.ok(book.check.ok, "the acquirer's book does not add up")
  return book.payments
    .filter((payment) => payment.session === session)
    .map((payment) => ({
      ...payment,
      entries: book.entries
        .filter((entry) => entry.payment_id === payment.id)
        .map(({ type, amount_minor }) => [type, amount_minor]),
    }))
}

export const VENUES = ['kraken', 'coinbase', 'binance'] as const
export type VenueMode =
  | 'normal'
  | 'down'
  | 'error'
  | 'stale'
  | 'wide'
  | 'deviant'
  | 'empty'
  | 'garbage'
  | 'slow'

/**
 * Sets exchanges to a mode, or only their book of one pair, by the venue's own name for it. Books that the gateway
 * already holds live on for a second.
 */
export async function setVenues(
  world: World,
  modes: Partial<Record<(typeof VENUES)[number], VenueMode>>,
  pair?: string,
): Promise<void> {
  for (const [venue, mode] of Object.entries(modes)) {
    const answer = await fetch(new URL('/_sim/venues', world.venues.urls.kraken), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ venue, mode, pair }),
    })
    assert.ok(answer.ok, `venue ${venue}: ${answer.status}`)
  }
}
