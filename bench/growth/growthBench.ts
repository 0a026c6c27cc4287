import { openDb } from '../../packages/server/src/db/sql.ts'
import { startWorld, type World } from '../../test/support/world.ts'
import { inTurns, type Round } from '../create/inTurns.ts'
import { requestsFor } from '../create/requests.ts'
import { startGateway } from '../gateway.ts'
import type { LoadResult } from '../load/protocol.ts'
import { type Load, startLoad } from '../load/startLoad.ts'
import { insertLoop } from '../peer/insertLoop.ts'
import { findPgbench } from '../peer/pgbench.ts'
import type { Peer } from '../peer/protocol.ts'
import { readSessionRow } from '../peer/sessionRow.ts'
import { figure } from '../report/format.ts'
import { median } from '../stats.ts'

const CONNECTIONS = 64
const WARM_UP_S = 10
const BLOCK = 250_000
// A tenth is to be told from none: single rounds differ by a fifth.
const ROUNDS = 16

export type GrowthFigures = {
  readonly peer: string
  readonly sessions: number
  readonly small: SideFigures
  readonly large: SideFigures
  /** How much of the ratio is left with the table full, in the same round; 1 means that nothing was lost. */
  readonly kept: number
}

type SideFigures = {
  readonly creates_per_s: number
  readonly inserts_per_s: number
  readonly ratio: number
}

/** One database with a gateway of its own, and the peer. */
type Side = {
  readonly world: World
  /** Of one session that is stored. */
  readonly session_id: string
  create(seconds: number): Promise<LoadResult>
  insert(run: number, seconds: number): Promise<number>
  stop(): Promise<void>
}

/**
 * The ratio of `create` on an almost empty table and with millions of sessions in it: two databases of one PostgreSQL,
 * in turns. One after the other, with minutes of filling in between, the machine's mood would count as growth.
 */
export async function growthBench(
  world: World,
  sessions: number,
  say: (line: string) => void,
): Promise<GrowthFigures> {
  const peer = findPgbench() ?? insertLoop
  const load = startLoad()
  const full = await startWorld()
  try {
    const filled = await startSide(full, load, peer)
    await fill(full, filled.session_id, sessions, say)
    // A process of its own: after minutes without requests V8 has thrown away the code that it compiled.
    await filled.stop()
    const sides = [await startSide(world, load, peer), await startSide(full, load, peer)] as const
    const rounds: [small: Round, large: Round][] = []
    for (let n = 0; n < ROUNDS; n++) {
      const turn = async (side: Side) => {
        const [round] = await inTurns(side.world, side, () => {}, { count: 1, first_run: 2 * n + 1 })
        if (!round) throw new Error('a round without figures')
        return round
      }
      const pair: [Round, Round] = [await turn(sides[0]), await turn(sides[1])]
      rounds.push(pair)
      say(`round ${n + 1} of ${ROUNDS}: ${pair.map(ratioOf).map(figure).join(' × the peer, full ')} ×`)
    }
    await Promise.all(sides.map((side) => side.stop()))
    return {
      peer: peer.name,
      sessions,
      small: figuresOf(rounds.map(([small]) => small)),
      large: figuresOf(rounds.map(([, large]) => large)),
      kept: median(rounds.map(([small, large]) => ratioOf(large) / ratioOf(small))),
    }
  } finally {
    await load.stop()
    await full.stop()
  }
}

const ratioOf = ({ create, inserts_per_s }: Round) => create.per_second / inserts_per_s

function figuresOf(rounds: readonly Round[]): SideFigures {
  return {
    creates_per_s: median(rounds.map(({ create }) => create.per_second)),
    inserts_per_s: median(rounds.map(({ inserts_per_s }) => inserts_per_s)),
    ratio: median(rounds.map(ratioOf)),
  }
}

async function startSide(world: World, load: Load, peer: Peer): Promise<Side> {
  const [shop, other] = [await world.createMerchant(), await world.createMerchant()]
  const { create } = requestsFor(world, shop.api_key)
  const port = Number(new URL(world.api_url).port)
  const run = (seconds: number) =>
    load.run({ port, requests: [create], connections: CONNECTIONS, status: 201, seconds })
  const gateway = await startGateway(world, { role: 'serve' })
  const { id: session_id } = JSON.parse((await run(WARM_UP_S)).sample) as { id: string }
  const row = { ...(await readSessionRow(world.database.db, session_id)), merchant_id: other.merchant_id }
  const order = { database_url: world.database.url, row, connections: CONNECTIONS }
  return {
    world,
    session_id,
    create: run,
    insert: async (number, seconds) => (await peer.insertFor({ ...order, seconds, run: number })).per_second,
    stop: () => gateway.stop(),
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
           customer_email, metadata, redirect_url, webhook_url, description, created_at, expires_at)
         select merchant_id, livemode, 'cs_00' || lpad(n::text, 24, '0'), 'expired', amount, currency, payout_currency,
           customer_email, json_build_object('order_id', 'ORD-' || n, 'cart', 'winter-sale'), redirect_url, webhook_url, description,
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
