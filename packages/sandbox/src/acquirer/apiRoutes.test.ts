import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { fieldsOf } from './fields.ts'
import { type Answered, errorOf, KEYS, startTestAcquirer } from './harness.ts'

type Acquirer = Awaited<ReturnType<typeof startTestAcquirer>>

const VALID = {
  amount_minor: 4999,
  currency: 'USD',
  reference: 'txn_1',
  session: 'cs_1',
  descriptor: 'SHOP',
}

const statusOf = ({ body }: Answered) => body['status']
const failureOf = ({ body }: Answered) => fieldsOf(body['failure'])['code']

describe('acquirer API', () => {
  let acquirer: Acquirer
  before(async () => {
    acquirer = await startTestAcquirer()
  })
  after(() => acquirer.close())

  it('answers 401 to any other key', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer nope', `bearer ${KEYS.secret_key}`, KEYS.secret_key]) {
      const answer = await acquirer.send('POST', '/v1/payments', VALID, { authorization })
      assert.deepEqual([answer.status, errorOf(answer)['code']], [401, 'unauthorized'])
    }
  })

  it('names the field that is wrong', async () => {
    const wrong: [object, string][] = [
      [{ amount_minor: 0 }, 'amount_minor'],
      [{ amount_minor: -1 }, 'amount_minor'],
      [{ amount_minor: 49.99 }, 'amount_minor'],
      [{ amount_minor: '4999' }, 'amount_minor'],
      [{ amount_minor: 1e15 }, 'amount_minor'],
      [{ currency: 'usd' }, 'currency'],
      [{ currency: 'JPY' }, 'currency'],
      [{ reference: '' }, 'reference'],
      [{ session: 7 }, 'session'],
      [{ descriptor: 'a descriptor of 23 chars' }, 'descriptor'],
      [{ capture_method: 'automatic' }, 'capture_method'],
      [{ card_number: '4242424242424242' }, 'card_number'],
    ]
    for (const [change, param] of wrong) {
      const answer = await acquirer.post('/v1/payments', { ...VALID, ...change })
      assert.deepEqual(
        [answer.status, errorOf(answer)['code'], errorOf(answer)['param']],
        [400, 'invalid_request', param],
      )
    }
  })

  it('refuses what is not a JSON object in JSON', async () => {
    const bad = await acquirer.send('POST', '/v1/payments', '{"amount_minor": 42424242424242', {})
    assert.deepEqual([bad.status, errorOf(bad)['code']], [400, 'invalid_json'])
    assert.doesNotMatch(JSON.stringify(bad.body), /4242/)
    assert.equal((await acquirer.post('/v1/payments', '[]')).status, 400)
    const headers = { 'content-type': 'text/plain' }
    assert.equal((await acquirer.send('POST', '/v1/payments', '{}', headers)).status, 415)
    assert.equal((await acquirer.post('/v1/payments', { reference: 'x'.repeat(70_000) })).status, 413)
    assert.equal((await acquirer.get('/v1/nothing')).status, 404)
  })

  it('moves only from the right state', async () => {
    const refused = async (path: string, body: object) => {
      const answer = await acquirer.post(path, body)
      assert.deepEqual([answer.status, errorOf(answer)['code']], [400, 'invalid_state'], path)
    }
    const id = await acquirer.create()
    const path = `/v1/payments/${id}`
    await refused(`${path}/capture`, { amount_minor: 4999 })
    await refused(`${path}/refund`, { amount_minor: 4999 })
    await acquirer.post(`${path}/confirm`, { token: await acquirer.token('cs_1') })
    await refused(`${path}/confirm`, { token: await acquirer.token('cs_1') })
    await refused(`${path}/refund`, { amount_minor: 1 })
    assert.equal(statusOf(await acquirer.post(`${path}/capture`, { amount_minor: 4999 })), 'captured')
    await refused(`${path}/capture`, { amount_minor: 1 })
    await refused(`${path}/void`, {})
    const unknown = await acquirer.post('/v1/payments/pay_x/capture', { amount_minor: 1 })
    assert.deepEqual([unknown.status, errorOf(unknown)['code']], [404, 'not_found'])
  })

  it('is final after a decline', async () => {
    const { id, answer } = await acquirer.authorize(4999, '4000000000000002')
    assert.deepEqual([answer.status, statusOf(answer), failureOf(answer)], [200, 'failed', 'card_declined'])
    for (const [verb, body] of [
      ['confirm', { token: await acquirer.token('cs_1') }],
      ['capture', { amount_minor: 4999 }],
      ['void', {}],
    ] as const) {
      assert.equal((await acquirer.post(`/v1/payments/${id}/${verb}`, body)).status, 400)
    }
    assert.equal(statusOf(await acquirer.get(`/v1/payments/${id}`)), 'failed')
  })

  it('gives the rest of a partial capture back', async () => {
    const { id } = await acquirer.authorize(5000)
    const part = await acquirer.post(`/v1/payments/${id}/capture`, { amount_minor: 1200 })
    assert.deepEqual([statusOf(part), part.body['captured_minor']], ['partially_captured', 1200])
    const more = await acquirer.post(`/v1/payments/${id}/refund`, { amount_minor: 1201 })
    assert.equal(errorOf(more)['code'], 'amount_too_large')
  })

  it('lets one of many captures at once win, and refunds never exceed it', async () => {
    const { id } = await acquirer.authorize(5000)
    const captures = await Promise.all(
      Array.from({ length: 40 }, () => acquirer.post(`/v1/payments/${id}/capture`, { amount_minor: 5000 })),
    )
    assert.equal(captures.filter(({ status }) => status === 200).length, 1)
    const refunds = await Promise.all(
      Array.from({ length: 40 }, () => acquirer.post(`/v1/payments/${id}/refund`, { amount_minor: 300 })),
    )
    assert.equal(refunds.filter(({ status }) => status === 201).length, 16)
    const payment = await acquirer.get(`/v1/payments/${id}`)
    assert.deepEqual([payment.body['captured_minor'], payment.body['refunded_minor']], [5000, 4800])
  })

  it('finds payments by our reference', async () => {
    const made = await acquirer.post('/v1/payments', { ...VALID, reference: 'txn_find & me' })
    const found = await acquirer.get(`/v1/payments?reference=${encodeURIComponent('txn_find & me')}`)
    assert.deepEqual(found.body['data'], [made.body])
    assert.deepEqual((await acquirer.get('/v1/payments?reference=txn_none')).body['data'], [])
    assert.equal((await acquirer.get('/v1/payments')).status, 400)
  })

  it('lists events from a cursor and refuses a cursor it never gave', async () => {
    await acquirer.authorize()
    const page = await acquirer.get('/v1/events?limit=1')
    assert.equal(page.body['has_more'], true)
    assert.equal((await acquirer.get('/v1/events?after=evt_x')).status, 400)
    for (const limit of ['0', '101', 'x', '1.5', '']) {
      assert.equal((await acquirer.get(`/v1/events?limit=${limit}`)).status, 400, limit)
    }
  })

  it('lets an authorisation lapse after seven days', async () => {
    const own = await startTestAcquirer()
    try {
      const { id } = await own.authorize(5000)
      await own.post('/_sim/advance', { seconds: 7 * 86_400 - 60 })
      assert.equal(statusOf(await own.get(`/v1/payments/${id}`)), 'authorized')
      await own.post('/_sim/advance', { seconds: 61 })
      const late = await own.post(`/v1/payments/${id}/capture`, { amount_minor: 5000 })
      assert.equal(errorOf(late)['code'], 'invalid_state')
      assert.equal(statusOf(await own.get(`/v1/payments/${id}`)), 'expired')
      assert.deepEqual((await own.get('/_sim/book')).body['check'], { ok: true, problems: [] })
    } finally {
      await own.close()
    }
  })

  it('asks the bank of a 3-D Secure card, and ends as the customer answers there', async () => {
    const own = await startTestAcquirer()
    try {
      const outcomes: [string, string, string, unknown][] = [
        ['4000000000003220', 'authorise', 'authorized', undefined],
        ['4000000000003220', 'fail', 'failed', 'authentication_failed'],
        ['4000000000003063', 'authorise', 'authorized', undefined],
        ['4000008400001629', 'authorise', 'failed', 'card_declined'],
      ]
      for (const [number, outcome, status, code] of outcomes) {
        const { answer } = await own.authorize(5000, number)
        assert.equal(statusOf(answer), 'requires_action')
        assert.doesNotMatch(JSON.stringify(answer.body), /after_action|action_secret/)
        const { type, url } = fieldsOf(answer.body['next_action'])
        assert.equal(type, number === '4000000000003063' ? 'redirect' : 'three_ds')
        const path = String(url).replace(own.url, '')
        const asked = await fetch(String(url))
        assert.match(await asked.text(), /Is this payment yours\?/)
        assert.equal((await own.post(`${path}x`, { outcome })).status, 404)
        const foreign = await own.send('POST', path, { outcome }, { origin: 'https://elsewhere.example' })
        assert.equal(foreign.status, 401)
        assert.equal((await own.post(path, { outcome })).status, 200)
        const done = await own.get(`/v1/payments/${String(answer.body['id'])}`)
        assert.deepEqual([statusOf(done), failureOf(done)], [status, code])
        assert.equal(done.body['authentication'], outcome === 'authorise' ? 'challenged' : null)
        assert.match(await (await fetch(String(url))).text(), /has been answered/)
        assert.equal((await own.post(path, { outcome: 'authorise' })).status, 400)
      }
      const late = await own.authorize(5000, '4000000000003220')
      await own.post('/_sim/advance', { seconds: 601 })
      assert.equal(failureOf(await own.get(`/v1/payments/${late.id}`)), 'authentication_failed')
      const broken = await own.authorize(5000, '4000008400001280')
      assert.equal(failureOf(broken.answer), 'authentication_failed')
      const { id } = await own.authorize(5000, '4000002760003184')
      assert.equal(statusOf(await own.post(`/v1/payments/${id}/void`, {})), 'voided')
      assert.deepEqual((await own.get('/_sim/book')).body['check'], { ok: true, problems: [] })
    } finally {
      await own.close()
    }
  })

  it('keeps a log of requests without keys, and shows a page', async () => {
    await acquirer.post('/v1/payments', { ...VALID, reference: 'txn_seen' }, 'key_seen')
    const log = JSON.stringify((await acquirer.get('/_sim/requests')).body)
    assert.match(log, /txn_seen/)
    assert.match(log, /key_seen/)
    assert.doesNotMatch(log, new RegExp(KEYS.secret_key))
    await acquirer.post('/v1/payments', { ...VALID, reference: '<script>alert(1)</script>' })
    const page = await (await fetch(`${acquirer.url}/_sim`)).text()
    assert.match(page, /The book balances/)
    assert.match(page, /49\.99 USD/)
    assert.doesNotMatch(page, /<script/)
  })

  it('ends every test with a book that balances', async () => {
    const book = await acquirer.get('/_sim/book')
    assert.deepEqual(book.body['check'], { ok: true, problems: [] })
  })
})
