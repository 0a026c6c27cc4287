/** One quota, whichever process is asked. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const QUOTA = 50
const WINDOW_S = 2
const CONNECTIONS_EACH = 8

let world: World
const gateways: Gateway[] = []
const ports: number[] = []
before(async () => {
  world = await startWorld()
  // The database itself notes when a window begins, so that no window is missed and no clock of ours is asked.
  await world.database.db.query(
    `create table window_log (bucket text, window_end timestamptz, primary key (bucket, window_end));
     create function log_window() returns trigger language plpgsql security definer as $$ begin
       insert into window_log values (new.bucket, new.window_end) on conflict do nothing;
       return null;
     end $$;
     create trigger log_window after insert or update on rate_limit for each row execute function log_window()`,
  )
  for (let i = 0; i < 3; i++) {
    const port = await freePort('127.0.0.1')
    ports.push(port)
    gateways.push(
      await world.startGateway(
        { SKIRO_PORT: String(port), SKIRO_RATE_LIMIT_KEY: `${QUOTA}/${WINDOW_S}`, SKIRO_LOG_LEVEL: 'warn' },
        'serve',
      ),
    )
  }
})
after(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()))
  await world?.stop()
})

type Answer = { status: number; policy: string | null; ratelimit: string | null; retry_after: string | null }

async function ask(port: number, { api_key }: Merchant, create: boolean): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/checkout${create ? '' : '/cs_absent'}`, {
    method: create ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' },
    ...(create && { body: '{"amount":10,"currency":"USD","payout_currency":"USDT"}' }),
  })
  await answer.body?.cancel()
  const header = (name: string) => answer.headers.get(name)
  return {
    status: answer.status,
    policy: header('ratelimit-policy'),
    ratelimit: header('ratelimit'),
    retry_after: header('retry-after'),
  }
}

/** How many windows the database began for the merchant's key. */
async function windowsOf(merchant: Merchant): Promise<number> {
  const { rows } = await world.database.db.query<{ n: bigint }>(
    `select count(*) n from window_log where bucket = (select 'key:' || id from api_key where merchant_id = $1)`,
    [merchant.merchant_id],
  )
  return Number(rows[0]?.n)
}

test('three processes admit one quota per window, nearly all of it, and leave other keys alone', async () => {
  const [busy, calm] = await Promise.all([world.createMerchant(), world.createMerchant()])
  const answers: Answer[] = []
  const calm_statuses = new Set<number>()
  let stopping = false
  const rush = ports.flatMap((port) =>
    Array.from({ length: CONNECTIONS_EACH }, async (_, i) => {
      while (!stopping) {
        answers.push(await ask(port, busy, i % 2 === 0))
        await sleep(30)
      }
    }),
  )
  const beside = (async () => {
    for (let i = 0; !stopping; i++) {
      calm_statuses.add((await ask(ports[i % ports.length] ?? 0, calm, true)).status)
      await sleep(200)
    }
  })()
  while ((await windowsOf(busy)) < 4) await sleep(100)
  stopping = true
  await Promise.all([...rush, beside])

  const windows = await windowsOf(busy)
  const admitted = answers.filter(({ status }) => status !== 429)
  assert.deepEqual(new Set(admitted.map(({ status }) => status)), new Set([201, 404]))
  const { rows } = await world.database.db.query('select from checkout_session where merchant_id = $1', [
    busy.merchant_id,
  ])
  assert.equal(rows.length, admitted.filter(({ status }) => status === 201).length)
  const demand = answers.length / windows
  const figures = `${admitted.length} admitted, ${answers.length} asked, ${windows} windows`
  assert.ok(demand > 2 * QUOTA, figures)
  assert.ok(admitted.length <= QUOTA * windows, figures)
  // The last window had only just begun.
  assert.ok(admitted.length >= 0.9 * QUOTA * (windows - 1), figures)
  assert.deepEqual([...calm_statuses], [201])

  for (const { status, policy, ratelimit, retry_after } of answers) {
    assert.equal(policy, `"key";q=${QUOTA};w=${WINDOW_S}`)
    const [, left, seconds] = /^"key";r=(\d+);t=([12])$/.exec(ratelimit ?? '') ?? []
    assert.ok(left !== undefined && Number(left) < QUOTA, String(ratelimit))
    assert.equal(retry_after, status === 429 ? seconds : null)
    if (status === 429) assert.equal(left, '0')
  }
})
