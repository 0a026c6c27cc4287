import type { World } from '../../test/support/world.ts'
import { startGateway } from '../gateway.ts'
import { type Load, startLoad } from '../load/startLoad.ts'
import { insertLoop } from '../peer/insertLoop.ts'
import { findPgbench } from '../peer/pgbench.ts'
import { readSessionRow } from '../peer/sessionRow.ts'
import { median } from '../stats.ts'
import { countRoundTrips, type RoundTrips } from './countRoundTrips.ts'
import { inTurns } from './inTurns.ts'
import { requestsFor } from './requests.ts'

const CONNECTIONS = 64
// A server that runs for days is measured, not the first seconds in which its code is being compiled.
const WARM_UP_S = 10
const CONTEXT_S = 4
const ROUNDS = 12

export type CreateFigures = {
  readonly peer: string
  readonly connections: number
  readonly creates_per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly p99_to_p50: number
  readonly client_cores: number
  readonly without_key_per_s: number
  readonly inserts_per_s: number
  /** Creates per insert of the peer: the median of the rounds. */
  readonly ratio: number
  readonly retrieves_per_s: number
  /** Retrieves per create. */
  readonly retrieve_ratio: number
  readonly healthz_per_s: number
  readonly create_trips: RoundTrips
  readonly retrieve_trips: RoundTrips
}

/** Creates and retrieves per second against single-row inserts of the peer, in turns, on one database. */
export async function createBench(world: World, say: (line: string) => void): Promise<CreateFigures> {
  const load = startLoad()
  try {
    return await measure(world, load, say)
  } finally {
    await load.stop()
  }
}

async function measure(world: World, load: Load, say: (line: string) => void): Promise<CreateFigures> {
  const peer = findPgbench() ?? insertLoop
  if (peer === insertLoop)
    say('pgbench is not installed (Debian: apt install postgresql-contrib): using Node')
  const shop = await world.createMerchant()
  // The peer's rows belong to another merchant, so that both can be counted.
  const other = await world.createMerchant()
  const requests = requestsFor(world, shop.api_key)
  const gateway = await startGateway(world, { role: 'serve' })
  const port = Number(new URL(world.api_url).port)
  const ask = (list: readonly string[], status: number, seconds: number) =>
    load.run({ port, requests: list, connections: CONNECTIONS, status, seconds })
  const create = (seconds: number) => ask([requests.create], 201, seconds)

  say('warming up')
  const warm_up = await create(WARM_UP_S)
  const { id } = JSON.parse(warm_up.sample) as { id: string }
  const row = { ...(await readSessionRow(world.database.db, id)), merchant_id: other.merchant_id }
  const order = { database_url: world.database.url, row, connections: CONNECTIONS }
  const insert = async (run: number, seconds: number) =>
    (await peer.insertFor({ ...order, seconds, run })).per_second
  await insert(0, 1)

  const retrieves = (await someIds(world, shop.merchant_id)).map(requests.retrieve)
  const retrieve = (seconds: number) => ask(retrieves, 200, seconds)

  const rounds = await inTurns(world, { create, retrieve, insert }, say, { count: ROUNDS })
  say('without Idempotency-Key, and without the database')
  const without_key = await ask([requests.createWithoutKey], 201, CONTEXT_S)
  const healthz = await ask([requests.healthz], 200, CONTEXT_S)
  await gateway.stop()
  const creates = rounds.map((round) => round.create)
  const answered = [warm_up, ...rounds.map(({ lead_in }) => lead_in), ...creates, without_key].reduce(
    (sum, run) => sum + run.answers_in_all,
    0,
  )
  await assertStored(world, shop.merchant_id, answered)

  say('round trips')
  const counted = { connections: CONNECTIONS }
  const create_trips = await countRoundTrips(world, load, {
    ...counted,
    request: requests.create,
    status: 201,
  })
  const retrieve_trips = await countRoundTrips(world, load, {
    ...counted,
    request: requests.retrieve(id),
    status: 200,
  })

  return {
    peer: peer.name,
    connections: CONNECTIONS,
    creates_per_s: median(creates.map((run) => run.per_second)),
    p50_ms: median(creates.map((run) => run.p50_ms)),
    p99_ms: median(creates.map((run) => run.p99_ms)),
    p99_to_p50: median(creates.map((run) => run.p99_ms / run.p50_ms)),
    client_cores: median(creates.map((run) => run.client_cores)),
    without_key_per_s: without_key.per_second,
    inserts_per_s: median(rounds.map((round) => round.inserts_per_s)),
    ratio: median(rounds.map((round) => round.create.per_second / round.inserts_per_s)),
    retrieves_per_s: median(rounds.map((round) => round.retrieve?.per_second ?? 0)),
    retrieve_ratio: median(
      rounds.map((round) => (round.retrieve?.per_second ?? 0) / round.create.per_second),
    ),
    healthz_per_s: healthz.per_second,
    create_trips,
    retrieve_trips,
  }
}

async function someIds(world: World, merchant_id: string): Promise<string[]> {
  const { rows } = await world.database.db.query<{ id: string }>(
    'select id from checkout_session where merchant_id = $1 order by random() limit 5000',
    [merchant_id],
  )
  return rows.map((row) => row.id)
}

/** Every 201 is a row, and no row is without its 201. */
async function assertStored(world: World, merchant_id: string, answered: number): Promise<void> {
  const { rows } = await world.database.db.query<{ n: bigint }>(
    'select count(*) n from checkout_session where merchant_id = $1',
    [merchant_id],
  )
  if (Number(rows[0]?.n) !== answered) throw new Error(`${answered} answers 201, but ${rows[0]?.n} rows`)
}
