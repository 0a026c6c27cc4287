/**
 * What was answered 201 is there: gateway and PostgreSQL are killed with -9 under load, together, and after PostgreSQL's
 * own recovery every acknowledged session must be found, once, counted, and under its Idempotency-Key.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { type Postgres, startPostgres } from '../../packages/sandbox/src/postgres.ts'
import { buildContext } from '../../packages/server/src/buildContext.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { migrate } from '../../packages/server/src/db/migrate.ts'
import { openDb } from '../../packages/server/src/db/sql.ts'
import { COMPILED } from '../support/compiled.ts'
import { newMerchant, TEST_MODE, WALLET } from '../support/gatewayContext.ts'
import { PLENTY } from '../support/plenty.ts'

const PROGRAM = new URL('../../packages/server/src/main.ts', import.meta.url).pathname
const CONNECTIONS = 48
const ENOUGH = 2000

type Acknowledged = { id: string; key: string; at: number }

/** Starts everything, kills it under load, starts PostgreSQL again. Returns what was acknowledged and what is left. */
async function crash(settings: Record<string, string>) {
  const dir = await mkdtemp(join(tmpdir(), 'skiro-acknowledged-'))
  let postgres = await startPostgres({ dir, settings })
  try {
    const env = await environment(postgres)
    const ctx = buildContext(readConfig(env))
    await migrate(ctx.db)
    const { api_key, merchant_id } = await newMerchant(ctx, { wallets: { USDT: WALLET } })
    await ctx.db.pool.end()

    const gateway = spawn(process.execPath, [PROGRAM, 'serve'], { env, stdio: 'ignore' })
    const gone = once(gateway, 'exit')
    await listening(env.SKIRO_PUBLIC_URL)
    const acknowledged = await loadUntilKilled(env.SKIRO_PUBLIC_URL, api_key, () =>
      killAll(gateway, postgres),
    )
    await gone
    await postgres.exited

    postgres = await startPostgres({ dir, settings })
    const db = openDb(postgres.url)
    const { rows } = await db.query<{ id: string; key: string }>(
      `select s.id, i.key from checkout_session s join idempotency_key i on i.object_id = s.id and i.merchant_id = $1
       where s.merchant_id = $1`,
      [merchant_id],
    )
    const counted = await db.query<{ n: bigint }>(
      `select sum(n)::int8 n from list_count where merchant_id = $1`,
      [merchant_id],
    )
    await db.pool.end()
    return {
      acknowledged,
      stored: new Map(rows.map((row) => [row.id, row.key])),
      counted: Number(counted.rows[0]?.n),
    }
  } finally {
    await postgres.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

async function environment(postgres: Postgres) {
  const port = await freePort('127.0.0.1')
  return {
    PATH: process.env.PATH,
    ...COMPILED,
    ...TEST_MODE,
    ...PLENTY,
    SKIRO_DATABASE_URL: postgres.url,
    SKIRO_PORT: String(port),
    SKIRO_PUBLIC_URL: `http://127.0.0.1:${port}`,
    SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SKIRO_LOG_LEVEL: 'silent',
  }
}

async function listening(origin: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.ok) return
    await sleep(50)
  }
  throw new Error('the gateway did not start')
}

/** Creates sessions over many connections until the server is gone; kills it once enough are acknowledged. */
async function loadUntilKilled(origin: string, api_key: string, kill: () => void): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = []
  const body = JSON.stringify({ amount: 49.99, currency: 'USD', payout_currency: 'USDT' })
  let sent = 0
  let killed = false
  const one = async () => {
    for (;;) {
      const key = `crash-${sent++}`
      const headers = {
        authorization: `Bearer ${api_key}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      }
      const answer = await fetch(`${origin}/v1/checkout`, { method: 'POST', headers, body }).catch(() => null)
      const text = answer?.status === 201 ? await answer.text().catch(() => null) : null
      if (text === null) {
        if (killed) return
        throw new Error(`a create failed before the crash: ${answer?.status}`)
      }
      acknowledged.push({ id: (JSON.parse(text) as { id: string }).id, key, at: performance.now() })
      if (acknowledged.length >= ENOUGH && !killed) {
        killed = true
        kill()
      }
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return acknowledged
}

/** PostgreSQL with all its processes, so that nothing is left to write what only shared memory knew. */
function killAll(gateway: ChildProcess, postgres: Postgres): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postgres.pid)], { encoding: 'utf8' })
  for (const pid of [postgres.pid, ...children.trim().split(/\s+/).map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone by itself in between.
    }
  }
  gateway.kill('SIGKILL')
}

test('every acknowledged session survives kill -9 of gateway and database', {
  timeout: 120_000,
}, async () => {
  const { acknowledged, stored, counted } = await crash({})
  assert.ok(acknowledged.length >= ENOUGH)
  const lost = acknowledged.filter(({ id, key }) => stored.get(id) !== key)
  assert.deepEqual(lost, [])
  assert.equal(counted, stored.size)
})

test('control: with synchronous_commit off the same judge finds lost sessions', {
  timeout: 120_000,
}, async () => {
  // What the WAL writer has handed to the system survives a kill of processes, so it is kept from handing over: the
  // outcome must not hang on when it last ran.
  const { acknowledged, stored } = await crash({
    synchronous_commit: 'off',
    wal_writer_delay: '10s',
    wal_writer_flush_after: '1GB',
    wal_buffers: '64MB',
  })
  const lost = acknowledged.filter(({ id }) => !stored.has(id))
  assert.ok(lost.length > 0, 'nothing was lost: the test could not have seen it')
})
