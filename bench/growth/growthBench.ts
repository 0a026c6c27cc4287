import { openDb } from '../../packages/server/src/db/sql.ts'
import type { World } from '../../test/support/world.ts'
import { inTurns } from '../create/inTurns.ts'
import { requestsFor } from '../create/requests.ts'
import { startGateway } from '../gateway.ts'
import { startLoad } from '../load/startLoad.ts'
import { insertLoop } from '../peer/insertLoop.ts'
import { findPgbench } from '../peer/pgbench.ts'
import { readSessionRow } from '../peer/sessionRow.ts'
import { median } from '../stats.ts'

const CONNECTIONS = 64
const WARM_UP_S = 10
const BLOCK = 250_000
// A tenth is to be told from none: single rounds differ by a fifth.
const ROUNDS = 24

export type GrowthFigures = {
  readonly peer: string
  readonly sessions: number
  readonly small: Side
  readonly large: Side
  /** How much of the ratio is left with the table full; 1 means that nothing was lost. */
  readonly kept: number
}

type Side = { readonly creates_per_s: number; readonly inserts_per_s: number; readonly ratio: number }

/** The ratio of `create` on an almost empty table and again with millions of sessions in it. */
export async function growthBench(
  world: World,
  sessions: number,
  say: (line: string) => void,
): Promise<GrowthFigures> {
  const peer = findPgbench() ?? insertLoop
  const load = startLoad()
  try {
    const [shop, other] = [await world.createMerchant(), await world.createMerchant()]
    const { create } = requestsFor(world, shop.api_key)
    const port = Number(new URL(world.api_url).port)
    const run = (seconds: number) =>
      load.run({ port, requests: [create], connections: CONNECTIONS, status: 201, seconds })
    // A process of its own each time: after minutes without requests V8 has thrown away the code that it compiled, and
    // that would count as growth.
    const measure = async (first_run: number): Promise<Side & { id: string }> => {
      const gateway = await startGateway(world, { role: 'serve' })
      try {
        const { id } = JSON.parse((await run(WARM_UP_S)).sample) as { id: string }
        const row = { ...(await readSessionRow(world.database.db, id)), merchant_id: other.merchant_id }
        const order = { database_url: world.database.url, row, connections: CONNECTIONS }
        const insert = async (number: number, seconds: number) =>
          (await peer.insertFor({ ...order, seconds, run: number })).per_second
        await insert(first_run, 1)
        const rounds = await inTurns(world, { create: run, insert }, say, {
          count: ROUNDS,
          first_run: first_run + 1,
        })
        return {
          id,
          creates_per_s: median(rounds.map((round) => round.create.per_second)),
          inserts_per_s: median(rounds.map((round) => round.inserts_per_s)),
          ratio: median(rounds.map((round) => round.create.per_second / round.inserts_per_s)),
        }
      } finally {
        await gateway.stop()
      }
    }
    const { id, ...small } = await measure(1)
    await fill(world, id, sessions, say)
    const { id: _, ...large } = await measure(2 * ROUNDS + 2)
    return { peer: peer.name, sessions, small, large, kept: large.ratio / small.ratio }
  } finally {
    await load.stop()
  }
}

/** Copies of one session, of all ages in the last year, with order ids and idempotency keys of their own. */
async function fill(
  world: World,
  like: string,
  sessions: number,
  say: (line: string) => void,
): Promise<void> {
  const db = openDb(world.database.url, { max: 1 })
  await db.query('set statement_timeout = 0')
  await db.query('set synchronous_commit = off')
  for (let done = 0; done < sessions; done += BLOCK) {
    await db.query(
      `with made as (
         insert into checkout_session (merchant_id, livemode, id, status, amount, currency, payout_currency,
           customer_email, metadata, redirect_url, webhook_url, created_at, expires_at)
         select merchant_id, livemode, 'cs_00' || lpad(n::text, 24, '0'), 'expired', amount, currency, payout_currency,
           customer_email, json_build_object('order_id', 'ORD-' || n, 'cart', 'winter-sale'), redirect_url, webhook_url,
           at, at + interval '1 hour'
         from checkout_session s, generate_series($2::bigint, $3::bigint) n,
           lateral (select now() - interval '1 year' + n * interval '1 year' / $4::bigint as at) t
         where s.id = $1 returning merchant_id, livemode, id)
       insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
       select merchant_id, livemode, 'POST /v1/checkout', md5(id), sha256(id::bytea), id from made`,
      [like, done, Math.min(done + BLOCK, sessions) - 1, sessions],
    )
    say(`${Math.min(done + BLOCK, sessions)} of ${sessions} sessions`)
  }
  // Else the server does it by itself amid the measurement.
  await db.query('vacuum (analyze) checkout_session')
  await db.query('vacuum (analyze) idempotency_key')
  await db.pool.end()
}
