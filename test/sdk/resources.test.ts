import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AuthenticationError,
  ConflictError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  Skiro,
  SkiroError,
} from 'skiro'
import { createKey } from '../../packages/server/src/merchants/createKey.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import { publishAll } from '../support/deliver.ts'
import { WALLET } from '../support/gatewayContext.ts'
import { startGateway } from './gateway.ts'

const gateway = await startGateway()
after(() => gateway.close())
const { db } = gateway.ctx
const tenant = { merchant_id: gateway.merchant.merchant_id, livemode: false }
const skiro = new Skiro(gateway.merchant.api_key, { baseUrl: gateway.url })
const params = { amount: 20, currency: 'EUR', payout_currency: 'USDT' } as const

async function failure(call: Promise<unknown>): Promise<SkiroError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof SkiroError, String(error))
  return error
}

/** A row as the gateway would have it after a card was charged. */
async function insert(table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const names = ['merchant_id', 'livemode', ...Object.keys(row)]
  const slots = names.map((_, index) => `$${index + 1}`).join()
  const values = [tenant.merchant_id, tenant.livemode, ...Object.values(row)]
  await db.query(`insert into ${table} (${names.join()}) values (${slots})`, values)
}

describe('checkout', () => {
  it('lists all sessions once, page by page, both ways', async () => {
    const made: string[] = []
    for (let n = 0; n < 7; n++)
      made.push((await skiro.checkout.create({ ...params, metadata: { order_id: `ORD-${n % 2}` } })).id)
    const newest_first = made.toReversed()

    const listed = await skiro.checkout.list({ limit: 3 }).autoPagingToArray({ limit: 100 })
    assert.deepEqual(
      listed.map(({ id }) => id),
      newest_first,
    )
    const page = await skiro.checkout.list({ page: 2, limit: 3 })
    assert.deepEqual(page.pagination, { page: 2, limit: 3, total: 7, total_pages: 3 })
    assert.deepEqual(
      page.data.map(({ id }) => id),
      newest_first.slice(3, 6),
    )

    const [first = ''] = made
    const newer: string[] = []
    for await (const { id } of skiro.checkout.list({ ending_before: first, limit: 4 })) newer.push(id)
    assert.deepEqual(newer, made.slice(1))
  })

  it('finds the sessions of an order', async () => {
    const { id } = await skiro.checkout.create({ ...params, metadata: { order_id: 'ORD & 7' } })
    const { data } = await skiro.checkout.list({ metadata: { order_id: 'ORD & 7' } })
    assert.deepEqual(
      data.map((session) => session.id),
      [id],
    )
  })

  it('filters by status and time', async () => {
    const { id, created_at } = await skiro.checkout.create(params)
    await skiro.checkout.expire(id)
    const ids = async (filter: { from?: Date; to?: string }) =>
      (await skiro.checkout.list({ status: 'expired', ...filter })).data.map((session) => session.id)
    assert.deepEqual(await ids({ from: new Date(created_at), to: created_at }), [id])
    assert.deepEqual(await ids({ from: new Date(Date.parse(created_at) + 1) }), [])
  })

  it('gives the same session to the same key, and refuses another body with it', async () => {
    const options = { idempotencyKey: 'order-2847' }
    const first = await skiro.checkout.create(params, options)
    assert.deepEqual(await skiro.checkout.create(params, options), first)
    const error = await failure(skiro.checkout.create({ ...params, amount: '20.01' }, options))
    assert.ok(error instanceof IdempotencyError)
    assert.equal(error.code, 'idempotency_key_reused')
  })
})

describe('transactions and payouts', () => {
  const transaction_id = newId('transaction')
  const payout_id = newId('payout')

  before(async () => {
    const session = await skiro.checkout.create({ ...params, metadata: { order_id: 'ORD-9' } })
    await insert('transaction', {
      id: transaction_id,
      checkout_session_id: session.id,
      amount: 2000n,
      currency: 'EUR',
      fee_bps: 1500,
      fee_amount: 300n,
      spread_bps: 0,
      payout_currency: 'USDT',
      payout_network: WALLET.network,
      payout_address: WALLET.address,
      acquirer: 'simulator',
      card_token_hash: randomBytes(32),
      metadata: '{"order_id":"ORD-9"}',
    })
    await insert('payout', {
      id: payout_id,
      transaction_id,
      amount: 17_000_000n,
      asset: 'USDT',
      network: WALLET.network,
      address: WALLET.address,
      metadata: '{"order_id":"ORD-9"}',
    })
  })

  it('are retrieved', async () => {
    const transaction = await skiro.transactions.retrieve(transaction_id)
    assert.equal(transaction.amount, 20)
    assert.equal(transaction.fee_amount, 3)
    assert.equal(transaction.metadata['order_id'], 'ORD-9')
    const payout = await skiro.payouts.retrieve(payout_id)
    assert.equal(payout.amount, 17)
    assert.equal(payout.transaction_id, transaction_id)
  })

  it('are listed', async () => {
    for await (const transaction of skiro.transactions.list({ status: 'pending' }))
      assert.deepEqual(transaction, await skiro.transactions.retrieve(transaction_id))
    const { data, pagination } = await skiro.payouts.list()
    assert.deepEqual(data, [await skiro.payouts.retrieve(payout_id)])
    assert.equal(pagination.total, 1)
    assert.deepEqual((await skiro.payouts.list({ status: 'completed' })).data, [])
  })
})

describe('webhook endpoints', () => {
  it('are made, read, changed, listed and deleted', async () => {
    const endpoint = await skiro.webhooks.create({
      url: 'https://shop.example/hooks',
      events: ['payout.completed'],
    })
    assert.match(endpoint.secret, /^whsec_/)
    const { secret: _, ...shown } = endpoint
    assert.deepEqual(await skiro.webhooks.retrieve(endpoint.id), shown)

    const changed = await skiro.webhooks.update(endpoint.id, { description: 'shop', events: ['*'] })
    assert.deepEqual(changed, { ...shown, description: 'shop', events: ['*'] })

    const all = await skiro.webhooks.list().autoPagingToArray({ limit: 20 })
    assert.deepEqual(
      all.map(({ is_default }) => is_default),
      [false, true],
    )
    assert.deepEqual(all[0], changed)

    assert.deepEqual(await skiro.webhooks.delete(endpoint.id), {
      id: endpoint.id,
      object: 'webhook_endpoint',
      deleted: true,
    })
    assert.ok((await failure(skiro.webhooks.retrieve(endpoint.id))) instanceof NotFoundError)
    const error = await failure(skiro.webhooks.delete(all[1]?.id ?? ''))
    assert.ok(error instanceof ConflictError)
    assert.equal(error.code, 'webhook_endpoint_is_default')
  })

  it('get a new secret, once for each key', async () => {
    const endpoint = await skiro.webhooks.create({ url: 'https://shop.example/hooks' })
    const options = { idempotencyKey: 'rotation-1' }
    const rotated = await skiro.webhooks.rotate(endpoint.id, { expires_in: 60 }, options)
    assert.notEqual(rotated.secret, endpoint.secret)
    assert.equal(
      (await skiro.webhooks.rotate(endpoint.id, { expires_in: 60 }, options)).secret,
      rotated.secret,
    )
    assert.notEqual((await skiro.webhooks.rotate(endpoint.id)).secret, rotated.secret)
  })
})

describe('events', () => {
  it('are sent as a test, retrieved, listed in order, and sent again', async () => {
    const { id } = await skiro.webhooks.create({ url: 'https://shop.example/hooks' })
    await publishAll(gateway.ctx)
    const before = (await skiro.events.list({ limit: 1 })).data[0]?.sequence ?? 0
    const test = await skiro.webhooks.test(id)
    assert.equal(test.type, 'webhook.test')
    const session = await skiro.checkout.create(params)
    await skiro.checkout.expire(session.id)
    await publishAll(gateway.ctx)

    const events = []
    for await (const event of skiro.events.since(before, { limit: 1 })) events.push(event)
    assert.deepEqual(
      events.map(({ type, sequence }) => [type, sequence - before]),
      [
        ['webhook.test', 1],
        ['checkout.expired', 2],
      ],
    )
    const [, expired] = events
    if (expired?.type !== 'checkout.expired') return assert.fail()
    assert.equal(expired.data.id, session.id)
    assert.deepEqual(await skiro.events.retrieve(expired.id), expired)
    const newest = await skiro.events.list({ type: 'checkout.expired', limit: 1 })
    assert.deepEqual(newest.data, [expired])
    assert.deepEqual(await skiro.events.resend(expired.id), expired)
    assert.deepEqual(await skiro.events.resend(expired.id, { webhook_id: id }), expired)
  })
})

describe('deliveries', () => {
  /** An endpoint that was told of three sessions and has accepted none; each was tried once. */
  async function missedThree() {
    await publishAll(gateway.ctx)
    const before = (await skiro.events.list({ limit: 1 })).data[0]?.sequence ?? 0
    const { id } = await skiro.webhooks.create({ url: 'https://shop.example/deaf' })
    for (let n = 0; n < 3; n++) await skiro.checkout.expire((await skiro.checkout.create(params)).id)
    await publishAll(gateway.ctx)
    const events = []
    for await (const event of skiro.events.since(before)) events.push(event)
    assert.equal(events.length, 3)
    const tries: string[] = []
    for (const [index, event] of events.entries()) {
      const try_id = newId('webhook_attempt')
      tries.push(try_id)
      await insert('webhook_attempt', {
        id: try_id,
        endpoint_id: id,
        event_id: event.id,
        url: 'https://shop.example/deaf',
        number: 1,
        succeeded: index === 0,
        status: index === 0 ? 200 : null,
        diagnosis: 'as it was',
        request_headers: '{"content-type":"application/json"}',
        response_head: index === 0 ? 'HTTP/1.1 200 OK' : null,
        latency_ms: 5,
        created_at: new Date(),
      })
      // Ids of one millisecond have no order.
      await sleep(2)
    }
    return { id, events, tries, before }
  }
  const idsOf = async (objects: AsyncIterable<{ id: string }>) => {
    const ids: string[] = []
    for await (const { id } of objects) ids.push(id)
    return ids
  }

  it('of an endpoint and of an event: page after page, and filtered', async () => {
    const { id, events, tries } = await missedThree()
    const [first] = events
    assert.deepEqual(await idsOf(skiro.webhooks.deliveries(id, { limit: 1 })), tries.toReversed())
    const page = await skiro.webhooks.deliveries(id, { status: 'failed', limit: 1 })
    assert.deepEqual(
      [page.data.length, page.has_more, page.data[0]?.response, 'pagination' in page],
      [1, true, null, false],
    )
    const { data } = await skiro.webhooks.deliveries(id, { event_id: first?.id })
    assert.deepEqual(
      data.map(({ status, response }) => [status, response]),
      [['succeeded', { status: 200, head: 'HTTP/1.1 200 OK' }]],
    )
    const [of_event] = (await skiro.events.deliveries(first?.id ?? '')).data
    assert.equal(of_event?.id, tries[0])
    assert.deepEqual(JSON.parse(of_event?.request.body ?? ''), first)
    const gone = await failure(skiro.webhooks.deliveries(newId('webhook_endpoint')))
    assert.ok(gone instanceof NotFoundError)
  })

  it('what was not accepted is told by reconcile, and sent again by range', async () => {
    const { id, events, before } = await missedThree()
    const missed = events.map((event) => event.id)
    assert.deepEqual(await idsOf(skiro.events.reconcile({ webhook_id: id })), missed)
    const after = events[0]?.sequence ?? 0
    assert.deepEqual(await idsOf(skiro.events.reconcile({ webhook_id: id, after })), missed.slice(1))
    const unknown = skiro.events.reconcile({ webhook_id: newId('webhook_endpoint') }).next()
    assert.equal((await failure(unknown)).param, 'unacknowledged_by')

    const place = (await skiro.events.resends().autoPagingToArray({ limit: 1000 })).at(-1)?.sequence ?? 0
    const answer = await skiro.webhooks.resend(id, { after_sequence: before + 1 })
    assert.deepEqual([answer.resent, answer.last_sequence, answer.has_more], [2, before + 3, false])
    const again = await skiro.events.resends({ after: place, limit: 1 }).autoPagingToArray({ limit: 100 })
    assert.deepEqual(
      again.map(({ sequence, event, webhook_id }) => [sequence - place, event.id, webhook_id]),
      [
        [1, missed[1], id],
        [2, missed[2], id],
      ],
    )
    assert.equal((await skiro.webhooks.resend(id)).resent, 3)
  })

  it('reconcile means the default endpoint when none is named', async () => {
    const all = await skiro.webhooks.list().autoPagingToArray({ limit: 100 })
    const { id = '' } = all.find(({ is_default }) => is_default) ?? {}
    await db.query('update webhook_endpoint set url = $2 where id = $1', [id, 'https://shop.example/default'])
    const session = await skiro.checkout.create(params)
    await skiro.checkout.expire(session.id)
    await publishAll(gateway.ctx)
    const missed: string[] = []
    for await (const { data } of skiro.events.reconcile()) missed.push(data.id)
    assert.deepEqual(missed, [session.id])
    await db.query('update webhook_endpoint set url = null where id = $1', [id])
  })
})

describe('merchant', () => {
  it('shows the settings of the key’s mode', async () => {
    const merchant = await skiro.merchant.retrieve()
    assert.equal(merchant.id, tenant.merchant_id)
    assert.deepEqual(merchant.wallets, { USDT: WALLET })
    assert.equal(merchant.livemode, false)
  })
})

describe('errors', () => {
  it('have the class, the code and the pages of their kind', async () => {
    const unknown = newId('checkout_session')
    const read_only = await createKey(gateway.ctx, tenant, {
      label: 'reports',
      scope: 'read',
      expires_at: null,
    })
    const reader = new Skiro(read_only.key, { baseUrl: gateway.url })
    const stranger = new Skiro('sk_test_unknown', { baseUrl: gateway.url })
    const cases = [
      [() => stranger.merchant.retrieve(), AuthenticationError, 401, 'invalid_api_key', null],
      [() => reader.checkout.create(params), PermissionError, 403, 'forbidden', null],
      [() => skiro.checkout.retrieve(unknown), NotFoundError, 404, 'not_found', null],
      [
        () => skiro.checkout.create({ ...params, amount: '1.001' }),
        InvalidRequestError,
        400,
        'invalid_amount',
        'amount',
      ],
      [() => skiro.transactions.list({ limit: 101 }), InvalidRequestError, 400, 'invalid_request', 'limit'],
    ] as const
    for (const [call, expected, status, code, param] of cases) {
      const error = await failure(call())
      assert.equal(error.constructor, expected)
      assert.deepEqual([error.status, error.code, error.param], [status, code, param])
      assert.match(error.request_id ?? '', /^req_\w+$/)
      assert.match(error.doc_url ?? '', new RegExp(`/${code}$`))
    }
    assert.ok((await reader.checkout.list()).data.length > 0)
  })
})
