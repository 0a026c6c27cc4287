import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { buildApp } from '../../packages/server/src/app.ts'
import { buildContext } from '../../packages/server/src/buildContext.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { openDb } from '../../packages/server/src/db/sql.ts'
import {
  createMerchant,
  type createMerchantInput,
} from '../../packages/server/src/merchants/createMerchant.ts'
import { createDefaultEndpoint } from '../../packages/server/src/webhooks/createEndpoint.ts'
import { roleUrls, testDatabase } from './database.ts'
import { PLENTY } from './plenty.ts'

/** A payout wallet that the network of `TEST_MODE` accepts. */
export const WALLET = { network: 'ethereum', address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }

/** Sets up test mode with an acquirer and a chain that never answer: port 9 of loopback takes nothing. */
export const TEST_MODE = {
  SKIRO_WALLET_COOL_OFF_SECONDS: '0',
  SKIRO_TEST_SIGNER_KEY: `0x${randomBytes(32).toString('hex')}`,
  SKIRO_TEST_ACQUIRER:
    '{"id":"simulator","url":"http://127.0.0.1:9","secret_key":"s","publishable_key":"p","webhook_secret":"w"}',
  SKIRO_TEST_CHAINS: `[{"network":"ethereum","chain_id":31337,"rpc_url":"http://127.0.0.1:9",
    "tokens":{"USDT":"0x${'22'.repeat(20)}","USDC":"0x${'33'.repeat(20)}"}}]`,
}

/**
 * The gateway's own context, as the server builds it from its environment, on a database of its own.
 * Without `env` no mode is set up. `database` is for a test that changes its database before the gateway opens it.
 */
export async function gatewayContext(env: Record<string, string> = {}, database?: TestDatabase) {
  const own = database ?? (await testDatabase())
  const ctx = buildContext(
    readConfig({
      SKIRO_DATABASE_URL: own.url,
      SKIRO_PUBLIC_URL: 'https://pay.example',
      SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      SKIRO_LOG_LEVEL: 'silent',
      ...PLENTY,
      ...env,
    }),
  )
  const close = async () => {
    await ctx.db.pool.end()
    await own.drop()
  }
  return { ctx, close }
}

type TestDatabase = Awaited<ReturnType<typeof testDatabase>>

/**
 * The same with the HTTP server on top, to be called with `app.inject`. The server has the rights that `serve` has in
 * production; `ctx` is the owner's, for the test itself.
 */
export async function gatewayApp(env: Record<string, string> = {}, database?: TestDatabase) {
  const gateway = await gatewayContext(env, database)
  const { config, db: owner } = gateway.ctx
  const db = openDb(roleUrls(config.database_url).serve, { max: owner.pool.options.max, name: 'skiro-serve' })
  const app = await buildApp({ ...gateway.ctx, db })
  const close = async () => {
    await app.close()
    await db.pool.end()
    await gateway.close()
  }
  return { ctx: gateway.ctx, app, served_by: db, close }
}

/** Makes a merchant in test mode, with no wallet and no webhook URL unless `change` gives them. */
export async function newMerchant(ctx: Context, change: Partial<z.output<typeof createMerchantInput>> = {}) {
  return await createMerchant(ctx, (tx, tenant, url) => createDefaultEndpoint(ctx, tx, tenant, url), {
    name: 'Shop',
    email: 'owner@example.com',
    mode: 'test',
    webhook_url: null,
    wallets: {},
    ...change,
  })
}
