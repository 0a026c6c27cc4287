import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { fieldsOf } from './fields.ts'
import { KEYS, startReceiver, startTestAcquirer, until } from './harness.ts'

describe('webhooks', () => {
  let folder: string
  let receiver: Awaited<ReturnType<typeof startReceiver>>
  let acquirer: Awaited<ReturnType<typeof startTestAcquirer>>
  const start = async () => {
    acquirer = await startTestAcquirer({ book_file: join(folder, 'book.jsonl'), webhook_url: receiver.url })
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'acquirer-'))
    receiver = await startReceiver()
    await start()
  })
  afterEach(async () => {
    await acquirer.close()
    await receiver.close()
    await rm(folder, { recursive: true })
  })

  const ids = () => receiver.received.map(({ raw }) => String(fieldsOf(JSON.parse(raw))['id']))
  /** Makes `count` events and returns their ids in the order in which they happened. */
  async function happen(count: number): Promise<string[]> {
    const payments: string[] = []
    for (let i = 0; i < count; i++) payments.push(await acquirer.create())
    // In quick succession: one that is kept for its successor waits half a second.
    for (const id of payments) await acquirer.post(`/v1/payments/${id}/void`, {})
    const { data } = (await acquirer.get('/v1/events')).body
    return Array.isArray(data) ? data.slice(-count).map((event) => String(fieldsOf(event)['id'])) : []
  }
  const mode = (name: string) => acquirer.post('/_sim/webhooks', { mode: name })

  it('signs the raw body with the time of sending', async () => {
    const { id } = await acquirer.authorize()
    await until(() => receiver.received.length === 1, 'delivery')
    const [{ raw, signature } = { raw: '', signature: '' }] = receiver.received
    const [, t = '', v1 = ''] = /^t=([0-9]+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
    assert.equal(v1, createHmac('sha256', KEYS.webhook_secret).update(`${t}.${raw}`).digest('hex'))
    assert.ok(Math.abs(Number(t) - Date.now() / 1000) < 5)
    const event = fieldsOf(JSON.parse(raw))
    assert.deepEqual(Object.keys(event), ['id', 'type', 'created_at', 'payment_id'])
    assert.deepEqual([event['type'], event['payment_id']], ['payment.authorized', id])
  })

  it('tries again after a refusal, and again', async () => {
    receiver.statuses.push(500, 302)
    await happen(1)
    await until(() => receiver.received.length === 3, 'third try')
    assert.equal(new Set(ids()).size, 1)
    const [first, second, third] = receiver.received.map(({ at }) => at)
    assert.ok((second ?? 0) - (first ?? 0) >= 190 && (third ?? 0) - (second ?? 0) >= 990)
  })

  it('repeats and reorders some, by default, and loses none', async () => {
    const happened = await happen(20)
    await until(() => receiver.received.length === 22, 'all deliveries')
    assert.deepEqual(new Set(ids()), new Set(happened))
    const repeated = happened.filter((id) => ids().filter((other) => other === id).length === 2)
    assert.deepEqual(repeated, [happened[9], happened[19]])
    assert.ok(ids().indexOf(happened[3] ?? '') < ids().indexOf(happened[2] ?? ''))
  })

  it('duplicates and reorders on demand', async () => {
    await mode('duplicate')
    const twice = await happen(3)
    await until(() => receiver.received.length === 6, 'duplicates')
    for (const id of twice) assert.equal(ids().filter((other) => other === id).length, 2)
    await mode('reorder')
    const swapped = await happen(2)
    await until(() => receiver.received.length === 8, 'pair')
    assert.deepEqual(ids().slice(-2), swapped.toReversed())
  })

  it('does not keep a lone event waiting for a successor', async () => {
    await mode('reorder')
    await happen(1)
    await until(() => receiver.received.length === 1, 'lone event')
  })

  it('holds until flushed, and sends nothing when off', async () => {
    await mode('hold')
    const held = await happen(3)
    assert.equal(receiver.received.length, 0)
    assert.equal((await acquirer.post('/_sim/webhooks/flush', {})).body['sent'], 3)
    assert.deepEqual(ids(), held)
    await mode('off')
    await happen(2)
    await mode('normal')
    const [later] = await happen(1)
    await until(() => receiver.received.length === 4, 'later event')
    assert.equal(ids().at(-1), later)
  })

  it('answers the API at once when the receiver is down, and delivers after a restart', async () => {
    await acquirer.post('/_sim/webhook_url', { url: 'http://127.0.0.1:1/nobody' })
    const happened = await happen(2)
    assert.equal(happened.length, 2)
    await acquirer.close()
    await start()
    await until(() => receiver.received.length === 2, 'delivery after restart')
    assert.deepEqual(ids(), happened)
    // Delivered is what the book says: an answer that the book has not seen yet may rightly be asked for again.
    const settled = () => readFileSync(join(folder, 'book.jsonl'), 'utf8').split('"delivered"').length === 3
    // Asking for the book writes down what is known by then.
    for (let tries = 0; tries < 300 && !settled(); tries++) await acquirer.get('/_sim/book')
    assert.ok(settled())
    await acquirer.close()
    await start()
    await happen(1)
    await until(() => receiver.received.length === 3, 'no repetition of what was accepted')
  })
})
