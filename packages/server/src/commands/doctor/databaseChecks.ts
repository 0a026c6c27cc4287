import { checkIdOrder, UnusableDatabase } from '../../db/checkIdOrder.ts'
import { knownMigrations } from '../../db/migrate.ts'
import { monotonicMs, nowMs } from '../../lib/clock.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, warn } from './finding.ts'
import { sentence } from './sentence.ts'
import { appliedMigrations, serverClock, type ServerFacts } from './store.ts'

const OLDEST = 160_000

/** Whether PostgreSQL answers, is new enough and takes writes. The other checks of the database wait for this one. */
export const database: Check = {
  name: 'database',
  async run({ server }) {
    try {
      return [judgeServer(await server())]
    } catch (error) {
      return [
        fail(
          'database',
          `PostgreSQL does not answer: ${sentence(error)}`,
          'Look at SKIRO_DATABASE_URL (host, port, user, password, database name) and whether PostgreSQL runs.',
        ),
      ]
    }
  },
}

export function judgeServer(facts: Pick<ServerFacts, 'version' | 'version_number' | 'read_only'>): Finding {
  if (facts.version_number < OLDEST)
    return fail(
      'database',
      `PostgreSQL ${facts.version} is older than 16.`,
      'Upgrade PostgreSQL to 16 or newer.',
    )
  if (facts.read_only) {
    return fail(
      'database',
      'PostgreSQL takes no writes.',
      'Point SKIRO_DATABASE_URL at the primary, not at a standby.',
    )
  }
  return ok('database', `PostgreSQL ${facts.version}.`)
}

// `local`, `remote_write`, `remote_apply` and `on` all mean that the own disk has it before the answer.
const DURABLE = {
  fsync: ['on'],
  synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply'],
  full_page_writes: ['on'],
} as const

/** Whether what was answered survives a power cut. */
export const durability: Check = {
  name: 'durability',
  needs_database: true,
  async run({ server }) {
    const facts = await server()
    const names = ['fsync', 'synchronous_commit', 'full_page_writes'] as const
    const bad = names.filter((name) => !(DURABLE[name] as readonly string[]).includes(facts[name]))
    if (bad.length === 0) return [ok('durability', 'A commit is on disk before it is answered.')]
    return bad.map((name) =>
      fail(
        'durability',
        `${name} is ${facts[name]}: a power cut can take payments that were already answered.`,
        `alter system set ${name} = on; select pg_reload_conf(); and look whether role or database set it too.`,
      ),
    )
  },
}

export const encoding: Check = {
  name: 'encoding',
  needs_database: true,
  async run({ server }) {
    const { encoding } = await server()
    if (encoding === 'UTF8') return [ok('encoding', 'The database is UTF8.')]
    return [
      fail(
        'encoding',
        `The database is ${encoding}: names of customers will be refused.`,
        "Make a new one with encoding 'UTF8' template template0 and restore into it.",
      ),
    ]
  },
}

/** Whether ids sort by their bytes, which lists and totals rely on. */
export const idOrder: Check = {
  name: 'id order',
  needs_database: true,
  async run({ ctx }) {
    try {
      await checkIdOrder(ctx.db)
      return [ok('id order', 'The database sorts ids by their bytes.')]
    } catch (error) {
      if (!(error instanceof UnusableDatabase)) throw error
      return [
        fail(
          'id order',
          'The language of the database sorts ids wrongly: lists miss objects.',
          error.message,
        ),
      ]
    }
  },
}

/** Whether the schema is this version's: not older, and not newer. */
export const migrations: Check = {
  name: 'migrations',
  needs_database: true,
  async run({ ctx }) {
    const applied = await appliedMigrations(ctx.db).catch((): string[] => [])
    const known = await knownMigrations()
    const [pending, newer] = [
      known.filter((name) => !applied.includes(name)),
      applied.filter((name) => !known.includes(name)),
    ]
    const fix = 'Run: skiro-server migrate'
    if (applied.length === 0) return [fail('migrations', 'The database is empty.', fix)]
    if (pending.length > 0) return [fail('migrations', `Not applied: ${pending.join(', ')}.`, fix)]
    if (newer.length > 0) {
      return [
        warn(
          'migrations',
          `The database is newer than this version: it has ${newer.join(', ')}.`,
          'Finish the upgrade: start the version that brought them.',
        ),
      ]
    }
    return [ok('migrations', `${applied.length} applied, the last is ${applied.at(-1)}.`)]
  },
}

const SKEW_WARN_MS = 1_000
const SKEW_FAIL_MS = 60_000
const LOOKS = 3

/** Whether this machine and the database agree on the time. */
export const clock: Check = {
  name: 'clock',
  needs_database: true,
  async run({ ctx }) {
    let best = { took: Infinity, skew: 0 }
    for (let look = 0; look < LOOKS; look++) {
      const [began, wall] = [monotonicMs(), nowMs()]
      const theirs = await serverClock(ctx.db)
      const took = monotonicMs() - began
      // The answer was made about half way: the quickest of some is the most exact.
      if (took < best.took) best = { took, skew: wall + took / 2 - theirs }
    }
    return [judgeSkew(best.skew)]
  },
}

/** @param skew_ms this machine's clock less the database's */
export function judgeSkew(skew_ms: number): Finding {
  const size = Math.abs(skew_ms)
  const words = `This machine's clock is ${seconds(size)} ${skew_ms > 0 ? 'ahead of' : 'behind'} the database's`
  const fix = 'Run a time service (NTP) on both machines.'
  if (size >= SKEW_FAIL_MS) return fail('clock', `${words}: webhook signatures will be refused.`, fix)
  if (size >= SKEW_WARN_MS) return warn('clock', `${words}.`, fix)
  return ok('clock', 'This machine and the database agree to less than a second.')
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${(ms / 1000).toPrecision(2)} s` : `${Math.round(ms / 60_000)} min`
}

/** Whether the server has room for the connections of the processes. */
export const connections: Check = {
  name: 'connections',
  needs_database: true,
  async run({ ctx, server }) {
    return [judgeConnections(ctx.config.db_pool, await server())]
  },
}

export function judgeConnections(
  pool: number,
  { max_connections, reserved_connections }: Pick<ServerFacts, 'max_connections' | 'reserved_connections'>,
): Finding {
  const room = max_connections - reserved_connections
  const words = `A process opens up to ${pool} of ${room} connections`
  const fix = 'Raise max_connections, lower SKIRO_DB_POOL, or put a pooler in session mode between.'
  if (pool > room) return fail('connections', `${words}: requests will fail under load.`, fix)
  if (pool * 2 > room) return warn('connections', `${words}: there is no room for a second process.`, fix)
  return ok('connections', `${words}, so ${Math.floor(room / pool)} processes fit.`)
}
