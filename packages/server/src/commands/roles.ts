import type { Process } from '../buildContext.ts'
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

type Part = readonly [process: Process, load: () => Promise<Start>]

const server = (name: string, summary: string, parts: readonly Part[]): Command =>
  defineCommand({
    name,
    summary,
    details:
      'Runs until SIGTERM, SIGINT or SIGHUP, then finishes what is in hand. Logs JSON lines to standard output.',
    example: name,
    options: {},
    async run(_values, { config }) {
      await run(config(), parts)
      return null
    },
  })

async function run(config: Config, parts: readonly Part[]): Promise<void> {
  const [{ buildContexts }, { runUntilStopped }] = await Promise.all([
    import('../buildContext.ts'),
    import('../runUntilStopped.ts'),
  ])
  const starts = await Promise.all(parts.map(async ([process, load]) => ({ process, start: await load() })))
  if (config.failpoint) armFailpoint(config.failpoint, () => process.kill(process.pid, 'SIGKILL'))
  const contexts = buildContexts(
    config,
    parts.map(([process]) => process),
  )
  try {
    await runUntilStopped(
      contexts.work,
      starts.map(
        ({ process, start }) =>
          () =>
            start(contexts[process]),
      ),
    )
  } finally {
    await Promise.all([...new Set([contexts.serve.db, contexts.work.db])].map((db) => db.pool.end()))
  }
}

export const all = server('all', 'serve and work in one process', [
  ['serve', serveStart],
  ['work', workStart],
])
export const serve = server('serve', 'API and hosted page; start as many as you like', [
  ['serve', serveStart],
])
export const work = server('work', 'payments in flight, payouts, webhooks; start as many as you like', [
  ['work', workAloneStart],
])

export const migrate = defineCommand({
  name: 'migrate',
  summary: "bring the database to this version's schema, and make the roles of the processes",
  details: [
    'Run it as the owner of the tables, before the new version serves. Several at once do no harm; without anything to',
    'do it does nothing.',
  ].join('\n'),
  example: 'migrate',
  options: {},
  async run(_values, { context }) {
    const [{ db, config }, { migrate }, { makeRoles }] = await Promise.all([
      context(),
      import('../db/migrate.ts'),
      import('../db/roles/makeRoles.ts'),
    ])
    const left = await makeRoles(db, config.database_logins)
    const applied = await migrate(db)
    const text = applied.length > 0 ? `applied ${applied.join(', ')}\n` : 'the schema is up to date\n'
    return {
      json: { object: 'migration', applied, left_to_do: left },
      text: text + left.map((sentence) => `${sentence} Then run this again.\n`).join(''),
    }
  },
})
