import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Skiro, type SkiroOptions } from 'skiro'
import { startGateway } from './gateway.ts'
import { type Fate, lossyProxy } from './lossyProxy.ts'

const CREATE = { amount: '49.99', currency: 'USD', payout_currency: 'USDT' } as const

const gateway = await startGateway()
after(() => gateway.close())

/** Of 100 requests 20 lose their answer after the server acted, 4 never arrive, 4 get half of it, 1 waits for ever. */
function fates(): () => Fate {
  // A fixed sequence (Numerical Recipes' generator), so that a failure can be seen again.
  let state = 42
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const roll = state / 2 ** 32
    if (roll < 0.2) return 'lost_after'
    if (roll < 0.24) return 'lost_before'
    if (roll < 0.28) return 'cut'
    return roll < 0.29 ? 'silent' : 'passed'
  }
}

/** Runs `count` calls, 20 at a time. */
async function many<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const runner = async () => {
    while (next < count) results.push(await call(next++))
  }
  await Promise.all(Array.from({ length: 20 }, runner))
  return results
}

async function throughLosses(options: SkiroOptions, count: number) {
  const proxy = await lossyProxy(gateway.url, fates())
  const sessions = async () => {
    const { rows } = await gateway.ctx.db.query<{ id: string }>('select id from checkout_session order by id')
    return new Set(rows.map(({ id }) => id))
  }
  try {
    const before = await sessions()
    const skiro = new Skiro(gateway.merchant.api_key, {
      baseUrl: proxy.url,
      timeoutMs: 1000,
      maxRetries: 20,
      retryDelayMs: 5,
      ...options,
    })
    const answers = await many(count, (index) =>
      skiro.checkout.create({ ...CREATE, metadata: { order_id: `ORD-${index}` } }),
    )
    const made = (await sessions()).difference(before)
    return { answers, made, lost: proxy.fates }
  } finally {
    await proxy.close()
  }
}

test('1,000 creates make 1,000 sessions while a fifth of the answers is lost', async () => {
  const { answers, made, lost } = await throughLosses({}, 1000)
  for (const fate of ['lost_after', 'lost_before', 'cut', 'silent'] as const)
    assert.ok((lost.get(fate) ?? 0) > 0, `no answer was ${fate}`)
  assert.ok((lost.get('lost_after') ?? 0) > 200, 'a fifth of the answers was lost')
  assert.equal(made.size, 1000)
  assert.deepEqual(new Set(answers.map(({ id }) => id)), made)
  // Each caller was told of the session that it asked for.
  const orders = new Set(answers.map(({ metadata }) => metadata['order_id']))
  assert.equal(orders.size, 1000)
})

test('the same without idempotency keys makes more', async () => {
  const fetch: typeof globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.delete('idempotency-key')
    return globalThis.fetch(input, { ...init, headers })
  }
  const { answers, made } = await throughLosses({ fetch }, 100)
  assert.equal(answers.length, 100)
  assert.ok(made.size > 110, `${made.size} sessions`)
})
