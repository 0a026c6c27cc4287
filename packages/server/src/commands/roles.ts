import type { Config } from '../config.ts'
import type { Context } from '../context.ts'
import { armFailpoint } from '../lib/failpoint.ts'
import type { Stop } from '../runUntilStopped.ts'
import { type Command, defineCommand } from './command.ts'

type Start = (ctx: Context) => Promise<Stop>

// Loaded when one of them starts: the other commands answer in a third of the time without all that.
const serveStart = async (): Promise<Start> => (await import('../serve.ts')).serve
const workStart = async (): Promise<Start> => (await import('../work.ts')).work
const workAloneStart = async (): Promise<Start> => (await import('../work.ts')).workAlone

const server = (name: string, summary: string, starts: readonly (() => Promise<Start>)[]): Command =>
  defineCommand({
    name,
    summary,
    details:
      'Runs until SIGTERM, SIGINT or SIGHUP, then finishes what is in hand. Logs JSON lines to standard output.',
    example: name,
    options: {},
    async run(_values, { config }) {
      await run(config(), await Promise.all(starts.map((load) => load())))
      return null
    },
  })

async function run(config: Config, starts: Start[]): Promise<void> {
  const [{ buildContext }, { runUntilStopped }] = await Promise.all([
    import('../buildContext.ts'),
    import('../runUntilStopped.ts'),
  ])
  if (config.failpoint) armFailpoint(config.failpoint, () => process.kill(process.pid, 'SIGKILL'))
  const ctx = buildContext(config)
  try {
    await runUntilStopped(ctx, starts)
  } finally {
    await ctx.db.pool.end()
  }
}

export const all = server('all', 'serve and work in one process', [serveStart, workStart])
export const serve = server('serve', 'API and hosted page; start as many as you like', [serveStart])
export const work = server('work', 'payments in flight, payouts, webhooks; start as many as you like', [
  workAloneStart,
])

export const migrate = defineCommand({
  name: 'migrate',
  summary: "bring the database to this version's schema",
  details:
    'Run it before the new version serves. Several at once do no harm; without anything to do it does nothing.',
  example: 'migrate',
  options: {},
  async run(_values, { context }) {
    const [{ db }, { migrate }] = await Promise.all([context(), import('../db/migrate.ts')])
    const applied = await migrate(db)
    const text = applied.length > 0 ? `applied ${applied.join(', ')}\n` : 'the schema is up to date\n'
    return { json: { object: 'migration', applied }, text }
  },
})
