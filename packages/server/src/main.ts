import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { buildContext } from './buildContext.ts'
import { ConfigError, readConfig } from './config.ts'
import type { Context } from './context.ts'
import { migrate } from './db/migrate.ts'
import { parse } from './http/parse.ts'
import { parseJson } from './http/parseJson.ts'
import { SkiroError } from './lib/errors.ts'
import { armFailpoint } from './lib/failpoint.ts'
import { createMerchant, createMerchantInput } from './merchants/createMerchant.ts'
import { createDefaultEndpoint } from './webhooks/createEndpoint.ts'
import { setWebhookInput } from './webhooks/schema.ts'
import { setDefaultUrl } from './webhooks/store.ts'
import { runWorker } from './worker.ts'

const USAGE = `skiro-server <role>

  all               serve and work in one process
  serve             API and hosted page
  work              payments in flight, payouts, webhooks
  migrate           bring the database to this version's schema
  create-merchant   read a merchant as JSON from standard input, print its key and webhook secret
  set-webhook       read { merchant_id, mode, webhook_url } from standard input`

type Stop = () => Promise<void>

async function serve(ctx: Context): Promise<Stop> {
  const app = await buildApp(ctx)
  await app.listen({ host: ctx.config.host, port: ctx.config.port })
  return () => closeApp(app)
}

/** A connection that was busy when closing began goes idle later; without this it would keep us until it times out. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 50)
  await app.close().finally(() => clearInterval(idle))
}

async function work(ctx: Context): Promise<Stop> {
  const worker = await runWorker(ctx)
  return () => worker.stop()
}

/** Runs the given servers until a signal, or the parent's end, then stops them: first no new requests, then the work. */
async function runUntilStopped(ctx: Context, starts: ((ctx: Context) => Promise<Stop>)[]): Promise<void> {
  // Heard from the first moment on: a signal during the start must not cut off what is already being served.
  const told = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
    if (ctx.config.parent_pipe) process.stdin.on('end', () => resolve('parent gone')).resume()
  })
  const stops: Stop[] = []
  for (const start of starts) stops.push(await start(ctx))
  ctx.log.info({ public_url: ctx.config.public_url }, 'ready')
  const reason = await told
  ctx.log.info({ reason }, 'stopping')
  for (const stop of stops) await stop()
  // An open pipe would keep the process alive after everything has stopped.
  process.stdin.destroy()
}

async function readInput(): Promise<unknown> {
  return parseJson(await text(process.stdin))
}

async function main(role: string | undefined): Promise<void> {
  const roles: Record<string, (ctx: Context) => Promise<void>> = {
    all: (ctx) => runUntilStopped(ctx, [serve, work]),
    serve: (ctx) => runUntilStopped(ctx, [serve]),
    work: (ctx) => runUntilStopped(ctx, [work]),
    migrate: async (ctx) => {
      const applied = await migrate(ctx.db)
      process.stdout.write(
        applied.length > 0 ? `applied ${applied.join(', ')}\n` : 'the schema is up to date\n',
      )
    },
    'create-merchant': async (ctx) => {
      const input = parse(createMerchantInput, await readInput())
      const made = await createMerchant(
        ctx,
        (tx, tenant, url) => createDefaultEndpoint(ctx, tx, tenant, url),
        input,
      )
      process.stdout.write(`${JSON.stringify(made)}\n`)
    },
    'set-webhook': async (ctx) => {
      const { merchant_id, mode, webhook_url } = parse(setWebhookInput, await readInput())
      await setDefaultUrl(ctx.db, { merchant_id, livemode: mode === 'live' }, webhook_url)
    },
  }
  const run = roles[role ?? '']
  if (!run) {
    process.stderr.write(`${USAGE}\n`)
    process.exitCode = 2
    return
  }
  const config = readConfig()
  if (config.failpoint) armFailpoint(config.failpoint, () => process.kill(process.pid, 'SIGKILL'))
  const ctx = buildContext(config)
  try {
    await run(ctx)
  } finally {
    await ctx.db.pool.end()
  }
}

try {
  await main(process.argv[2])
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof SkiroError
  process.stderr.write(expected ? `${error.message}\n` : `${(error as Error).stack ?? String(error)}\n`)
  process.exitCode = 1
}
