import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { errorOf, startTestAcquirer } from './harness.ts'

const VALID = {
  amount_minor: 4999,
  currency: 'USD',
  reference: 'txn_1',
  session: 'cs_1',
  descriptor: 'SHOP',
}

describe('idempotency keys', () => {
  let folder: string
  let acquirer: Awaited<ReturnType<typeof startTestAcquirer>>
  const restart = async () => {
    await acquirer?.close()
    acquirer = await startTestAcquirer({ book_file: join(folder, 'book.jsonl') })
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'acquirer-'))
    await restart()
  })
  after(async () => {
    await acquirer.close()
    await rm(folder, { recursive: true })
  })

  const replayed = (headers: Headers) => headers.get('idempotent-replayed')

  it('replays the first answer, after a restart too', async () => {
    const first = await acquirer.post('/v1/payments', VALID, 'k1')
    assert.deepEqual([first.status, replayed(first.headers)], [201, null])
    const reordered = Object.fromEntries(Object.entries(VALID).reverse())
    for (const body of [VALID, reordered]) {
      const again = await acquirer.post('/v1/payments', body, 'k1')
      assert.deepEqual([again.status, again.body, replayed(again.headers)], [201, first.body, 'true'])
    }
    await restart()
    const later = await acquirer.post('/v1/payments', VALID, 'k1')
    assert.deepEqual([later.status, later.body, replayed(later.headers)], [201, first.body, 'true'])
  })

  it('refuses another body, or another path, under the same key', async () => {
    const { id } = await acquirer.authorize(5000)
    await acquirer.post(`/v1/payments/${id}/capture`, { amount_minor: 5000 }, 'k2')
    const others: [string, object][] = [
      [`/v1/payments/${id}/capture`, { amount_minor: 4000 }],
      [`/v1/payments/${id}/refund`, { amount_minor: 5000 }],
      ['/v1/payments', VALID],
    ]
    for (const [path, body] of others) {
      const answer = await acquirer.post(path, body, 'k2')
      assert.deepEqual([answer.status, errorOf(answer)['code']], [400, 'idempotency_error'])
    }
  })

  it('replays a refusal, but keeps nothing of a request that was not valid', async () => {
    const id = await acquirer.create()
    const path = `/v1/payments/${id}`
    const refused = await acquirer.post(`${path}/capture`, { amount_minor: 4999 }, 'k3')
    await acquirer.post(`${path}/confirm`, { token: await acquirer.token('cs_1') })
    const again = await acquirer.post(`${path}/capture`, { amount_minor: 4999 }, 'k3')
    assert.deepEqual([again.status, again.body, replayed(again.headers)], [400, refused.body, 'true'])

    assert.equal((await acquirer.post(`${path}/capture`, { amount_minor: -1 }, 'k4')).status, 400)
    assert.equal((await acquirer.post(`${path}/capture`, { amount_minor: 4999 }, 'k4')).status, 200)
  })

  it('answers 409 to a twin that comes while the first still runs', async () => {
    await acquirer.post('/_sim/faults', { operation: 'create', fault: 'delay', delay_ms: 200 })
    const first = acquirer.post('/v1/payments', VALID, 'k5')
    await new Promise((resolve) => setTimeout(resolve, 80))
    const twin = await acquirer.post('/v1/payments', VALID, 'k5')
    assert.deepEqual([twin.status, errorOf(twin)['code']], [409, 'idempotency_in_flight'])
    const { body } = await first
    assert.deepEqual((await acquirer.post('/v1/payments', VALID, 'k5')).body, body)
  })

  it('keeps the true answer of a call whose answer was lost, and nothing of one that never ran', async () => {
    for (const [fault, seen] of [
      ['drop_after', 'true'],
      ['error_after', 'true'],
      ['drop_before', null],
      ['error_before', null],
    ] as const) {
      await acquirer.post('/_sim/faults', { operation: 'create', fault })
      const lost = acquirer.post('/v1/payments', { ...VALID, reference: fault }, fault)
      if (fault.startsWith('drop')) await assert.rejects(lost, { message: 'fetch failed' })
      else assert.equal((await lost).status, 500)
      const again = await acquirer.post('/v1/payments', { ...VALID, reference: fault }, fault)
      assert.deepEqual([again.status, replayed(again.headers)], [201, seen])
      const { body } = await acquirer.get(`/v1/payments?reference=${fault}`)
      assert.equal(Array.isArray(body['data']) && body['data'].length, 1)
    }
  })

  it('forgets a key after a day, and does under it what it is told then', async () => {
    const own = await startTestAcquirer({ book_file: null })
    const reference = { ...VALID, reference: 'txn_day' }
    const send = async () => await own.post('/v1/payments', reference, 'day')
    const first = await send()
    await own.post('/_sim/advance', { seconds: 86_390 })
    assert.deepEqual((await send()).body, first.body)
    await own.post('/_sim/advance', { seconds: 11 })
    const second = await send()
    assert.deepEqual([second.status, replayed(second.headers)], [201, null])
    assert.notEqual(second.body['id'], first.body['id'])
    assert.deepEqual((await send()).body, second.body, 'and knows it from then on')
    const { body } = await own.get('/v1/payments?reference=txn_day')
    assert.equal(Array.isArray(body['data']) && body['data'].length, 2)
    await own.close()
  })

  it('refuses keys that are empty or too long', async () => {
    for (const key of ['', 'k'.repeat(256)]) {
      assert.equal((await acquirer.post('/v1/payments', VALID, key)).status, 400)
    }
    assert.equal((await acquirer.post('/v1/payments', VALID, 'k'.repeat(255))).status, 201)
  })

  it('clears planned faults', async () => {
    await acquirer.post('/_sim/faults', { operation: '*', fault: 'error_before', times: 5 })
    assert.equal((await acquirer.post('/v1/payments', VALID)).status, 500)
    await acquirer.send('DELETE', '/_sim/faults')
    assert.equal((await acquirer.post('/v1/payments', VALID)).status, 201)
  })
})
