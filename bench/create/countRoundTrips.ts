import type { World } from '../../test/support/world.ts'
import { startGateway } from '../gateway.ts'
import type { Load } from '../load/startLoad.ts'
import { startCountingProxy } from './countingProxy.ts'

const ALONE = 300
const TOGETHER = 2000
const LIMIT_S = 60

export type RoundTrips = {
  /** Per request, one request at a time. */
  readonly alone: number
  /** Per request with all connections busy. */
  readonly together: number
  /** Transactions that the database committed per request, over both; a few are its own housekeeping. */
  readonly commits: number
}

/** Counts database round trips and commits of one kind of request, through a gateway of its own. */
export async function countRoundTrips(
  world: World,
  load: Load,
  what: { request: string; status: number; connections: number },
): Promise<RoundTrips> {
  const proxy = await startCountingProxy(world.database.url)
  const gateway = await startGateway(world, { role: 'serve', database_url: proxy.database_url })
  const port = Number(new URL(world.api_url).port)
  const order = { port, requests: [what.request], status: what.status, seconds: LIMIT_S }
  const commits_before = await commits(world)
  const tripsPerRequest = async (connections: number, count: number) => {
    const before = proxy.roundTrips()
    const { answers_in_all } = await load.run({ ...order, connections, count })
    return (proxy.roundTrips() - before) / answers_in_all
  }
  const alone = await tripsPerRequest(1, ALONE)
  const together = await tripsPerRequest(what.connections, TOGETHER)
  // The server adds up a connection's commits at the latest when it ends.
  await gateway.stop()
  await proxy.close()
  const made = (await commits(world)) - commits_before
  return { alone, together, commits: Number(made) / (ALONE + TOGETHER) }
}

async function commits(world: World): Promise<bigint> {
  const { rows } = await world.database.db.query<{ n: bigint }>(
    'select xact_commit n from pg_stat_database where datname = current_database()',
  )
  if (!rows[0]) throw new Error('the database has no statistics')
  return rows[0].n
}
