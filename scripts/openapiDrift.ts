/**
 * `node scripts/openapiDrift.ts`: whether packages/server/openapi.json is what the routes say, and whether they say
 * enough; `--write` writes it. Builds the app as the server does, but nothing listens and no database is called.
 */
import { spawnSync } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { buildApp } from '../packages/server/src/app.ts'
import { buildContext } from '../packages/server/src/buildContext.ts'
import { readConfig } from '../packages/server/src/config.ts'
import { EVENT_TYPES } from '../packages/server/src/events/event.ts'
import { ERRORS } from '../packages/server/src/lib/errors.ts'
import { settle } from './drift.ts'
import { openapiComplaints } from './openapiComplaints.ts'

const PUBLIC_URL = 'https://api.skiro.io'

/** No service of this configuration exists: it has to be complete, that is all. */
const config = readConfig({
  SKIRO_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  SKIRO_PUBLIC_URL: PUBLIC_URL,
  SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  SKIRO_LOG_LEVEL: 'silent',
})

const routes: string[] = []
const noteRoute = ({ method, url }: RouteOptions) => {
  // Fastify adds HEAD to every GET by itself.
  for (const name of [method].flat()) if (name !== 'HEAD') routes.push(`${name} ${url}`)
}
// The app adds its routes while it is built, so this has to listen before that.
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', noteRoute)
})

const ctx = buildContext(config)
const app = await buildApp(ctx)
await app.ready()
const document = app.openapi()
await app.close()
await ctx.db.pool.end()

const complaints = openapiComplaints(document, {
  routes,
  event_types: EVENT_TYPES,
  error_codes: Object.keys(ERRORS),
})
if (complaints.length > 0) {
  process.stdout.write(`${complaints.join('\n')}\n`)
  process.exitCode = 1
}

/** The document as the formatter, which checks every file of the repository, would leave it. */
function formatted(file: URL): string {
  const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))
  const args = ['format', `--stdin-file-path=${fileURLToPath(file)}`]
  const { stdout, stderr, status } = spawnSync(biome, args, {
    input: JSON.stringify(document, null, 2),
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })
  if (status !== 0) throw new Error(`biome failed: ${stderr}`)
  return stdout
}

const file = new URL('../packages/server/openapi.json', import.meta.url)
await settle(file, formatted(file), 'node --conditions=source scripts/openapiDrift.ts --write')
