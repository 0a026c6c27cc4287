import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { newId } from '../lib/ids.ts'
import { expireDueSession } from './expireSession.ts'
import { checkoutSweeps } from './jobs.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
after(close)

const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const BODY = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' }

async function call(method: 'GET' | 'POST', url: string, payload?: object) {
  const headers = { authorization: `Bearer ${shop.api_key}` }
  const answer = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}
const create = async (change: object = {}) =>
  String((await call('POST', '/v1/checkout', { ...BODY, ...change })).body.id)
const expire = (id: string, body?: object) => call('POST', `/v1/checkout/${id}/expire`, body)
const read = async (id: string) => (await call('GET', `/v1/checkout/${id}`)).body.status
const sweep = async () =>
  await checkoutSweeps(ctx)
    .find(({ name }) => name === 'expire sessions')
    ?.run()

/** A session whose time passed a while ago. What was created cannot be changed, so it is inserted as it would be by then. */
async function pastSession(metadata = '{}', minutes = 5): Promise<string> {
  const id = newId('checkout_session')
  await ctx.db.query(
    `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, metadata, created_at, expires_at)
     values ($1, false, $2, 4999, 'USD', 'USDT', $3, now() - interval '1 day', now() - $4 * interval '1 minute')`,
    [shop.merchant_id, id, metadata, minutes],
  )
  return id
}

const charge = (session: string, state: string) =>
  ctx.db.query(
    `insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
     values ($1, false, $2, $3, $4, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1', 'simulator',
       decode(md5($2), 'hex'), '{}')`,
    [shop.merchant_id, newId('transaction'), session, state],
  )

type Event = { type: string; data: Record<string, unknown>; webhook_url: string | null }
const events = async (id: string) =>
  (await ctx.db.query<Event>('select type, data, webhook_url from event where object_id = $1', [id])).rows
const statusInRow = async (id: string) =>
  (await ctx.db.query<{ status: string }>('select status from checkout_session where id = $1', [id])).rows[0]
    ?.status

describe('POST /v1/checkout/{id}/expire', () => {
  test('ends a pending session and says so once', async () => {
    const id = await create({ webhook_url: 'https://a.example/hook' })
    const before = (await call('GET', `/v1/checkout/${id}`)).body
    const { status, body } = await expire(id)
    assert.equal(status, 200)
    assert.deepEqual(body, { ...before, status: 'expired' })
    assert.deepEqual((await call('GET', `/v1/checkout/${id}`)).body, body)
    assert.deepEqual(await events(id), [
      { type: 'checkout.expired', data: body, webhook_url: 'https://a.example/hook' },
    ])
  })

  test('a second time is refused and tells nobody', async () => {
    const id = await create()
    await expire(id)
    for (let i = 0; i < 2; i++) {
      const { status, body } = await expire(id)
      assert.deepEqual([status, body.error], [409, 'session_not_pending'])
    }
    assert.equal((await events(id)).length, 1)
  })

  test('ten at once: one succeeds', async () => {
    const id = await create()
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => expire(id)))).map(
      ({ status }) => status,
    )
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [200, ...Array.from({ length: 9 }, () => 409)],
    )
    assert.equal((await events(id)).length, 1)
  })

  test('never with a charge in flight, again once the charge was declined', async () => {
    for (const state of ['authorizing', 'authorized', 'capturing', 'voiding']) {
      const id = await create()
      await charge(id, state)
      const { status, body } = await expire(id)
      assert.deepEqual([status, body.error], [409, 'session_not_pending'], state)
      assert.deepEqual([await read(id), (await events(id)).length], ['pending', 0])
    }
    for (const state of ['declined', 'voided']) {
      const id = await create()
      await charge(id, state)
      assert.equal((await expire(id)).status, 200, state)
    }
  })

  test('takes an empty body, an empty object, and nothing else', async () => {
    assert.equal((await expire(await create(), {})).status, 200)
    const id = await create()
    const { status, body } = await expire(id, { reason: 'cart' })
    assert.deepEqual([status, body.error, body.param], [400, 'invalid_request', 'reason'])
    assert.equal(await read(id), 'pending')
  })
})

describe('a session whose time has passed', () => {
  test('reads as expired at once, by the database’s clock', async () => {
    const id = await pastSession()
    assert.equal(await read(id), 'expired')
    assert.equal(await statusInRow(id), 'pending')
    assert.equal(await read(await create({ expires_in: 300 })), 'pending')
  })

  test('is written down by the sweep, with one event, however many sweep', async () => {
    const due = await Promise.all([pastSession(), pastSession(), pastSession()])
    const open = await create({ expires_in: 300 })
    await Promise.all([sweep(), sweep(), sweep()])
    for (const id of due) {
      assert.equal(await statusInRow(id), 'expired')
      const [event, ...more] = await events(id)
      assert.equal(more.length, 0)
      assert.deepEqual([event?.type, event?.data.status, event?.data.id], ['checkout.expired', 'expired', id])
    }
    assert.equal(await statusInRow(open), 'pending')
    assert.equal(await sweep(), 0)
  })

  test('expireDueSession decides anew under the lock: what is not due stays', async () => {
    const id = await create()
    const ref = { merchant_id: shop.merchant_id, livemode: false, id }
    assert.equal(await expireDueSession(ctx, ref), false)
    assert.deepEqual([await statusInRow(id), (await events(id)).length], ['pending', 0])
    assert.equal(await expireDueSession(ctx, { ...ref, id: await pastSession() }), true)
    assert.equal(await expireDueSession(ctx, { ...ref, id: 'cs_none' }), false)
  })

  test('stays open while a charge is in flight', async () => {
    const id = await pastSession()
    await charge(id, 'authorizing')
    await sweep()
    assert.deepEqual([await statusInRow(id), await read(id)], ['pending', 'pending'])
    await ctx.db.query(`update transaction set state = 'declined' where checkout_session_id = $1`, [id])
    assert.equal(await read(id), 'expired')
    await sweep()
    assert.equal(await statusInRow(id), 'expired')
  })
})

describe('metadata with characters that PostgreSQL’s jsonb does not take', () => {
  for (const [what, text] of [
    ['a NUL', 'x\u0000y'],
    ['half a surrogate pair', 'x\ud800y'],
  ] as const) {
    test(`a session that is accepted with ${what} can also be ended`, async () => {
      const { status, body } = await call('POST', '/v1/checkout', { ...BODY, metadata: { note: text } })
      if (status === 400) return
      assert.equal(status, 201)
      assert.equal((await expire(String(body.id))).status, 200)
    })
  }

  test('the database itself refuses a row with such metadata', async () => {
    await assert.rejects(pastSession('{"note":"\\u0000"}'), { code: '22P05' })
  })
})

test('one session that cannot be expired does not keep the others from expiring', async () => {
  const stuck = await pastSession('{}', 60)
  await ctx.db.query(
    `create function refuse_one() returns trigger language plpgsql as $$ begin
       if new.id = '${stuck}' then raise exception 'this one cannot'; end if; return new; end $$`,
  )
  await ctx.db.query(
    'create trigger refuse_one before update on checkout_session for each row execute function refuse_one()',
  )
  const other = await pastSession('{}', 30)
  await sweep()?.catch(() => {})
  assert.deepEqual([await statusInRow(stuck), await statusInRow(other)], ['pending', 'expired'])
})
