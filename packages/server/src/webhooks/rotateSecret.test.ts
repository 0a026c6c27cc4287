import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { signatures, webhookBench } from '../../../../test/support/webhookBench.ts'
import { one } from '../db/sql.ts'

const { ctx, receiver, newShop, work } = await webhookBench()

/** For how long the old secret signs beside the new one, in whole minutes so that a slow machine does not matter. */
async function secondsLeft(id: string): Promise<number> {
  const { left } = await one<{ left: number }>(
    ctx.db,
    `select ceil(extract(epoch from previous_secret_until - now()) / 60)::int * 60 as left
     from webhook_endpoint where id = $1`,
    [id],
  )
  return left
}

/** An endpoint that hears of everything, the only one of its merchant. */
async function rotating() {
  const shop = await newShop({ webhook_url: null })
  const { id, secret } = await shop.newEndpoint('rotating')
  const rotate = async (body?: unknown) => {
    const answer = await shop.call('POST', `webhooks/${id}/rotate`, body)
    return { ...answer, secret: String(answer.body.secret) }
  }
  /** Asserts that the next delivery is signed with exactly these secrets, in that order. */
  const assertSignedWith = async (secrets: string[]) => {
    await shop.newEvent()
    const before = receiver.received.length
    assert.deepEqual(await work(), ['/rotating'])
    const request = receiver.received[before]
    assert.ok(request)
    const { sent, expected } = signatures(request, secrets)
    assert.deepEqual(sent, expected)
  }
  return { ...shop, id, secret, rotate, assertSignedWith }
}

describe('POST /v1/webhooks/{id}/rotate', () => {
  test('shows the new secret once, and both sign for 24 hours', async () => {
    const { id, secret, call, rotate, assertSignedWith } = await rotating()
    await assertSignedWith([secret])
    const { status, body, secret: fresh } = await rotate()
    assert.equal(status, 200)
    assert.match(fresh, /^whsec_[0-9A-Za-z+/]{43}=$/)
    assert.notEqual(fresh, secret)
    const { secret: _secret, ...shown } = body
    assert.deepEqual((await call('GET', `webhooks/${id}`)).body, shown)
    await assertSignedWith([fresh, secret])
    assert.equal(await secondsLeft(id), 86_400)
    await ctx.db.query('update webhook_endpoint set previous_secret_until = now() where id = $1', [id])
    await assertSignedWith([fresh])
  })

  test('keeps the old secret for the seconds that were asked for', async () => {
    const { id, secret, rotate, assertSignedWith } = await rotating()
    const { secret: fresh } = await rotate({ expires_in: 3600 })
    assert.equal(await secondsLeft(id), 3600)
    await assertSignedWith([fresh, secret])
  })

  test('with 0 the old secret stops at once, and so does one that was older', async () => {
    const { rotate, assertSignedWith } = await rotating()
    await rotate()
    const { secret: last } = await rotate({ expires_in: 0 })
    await assertSignedWith([last])
  })

  test('a second rotation drops the oldest', async () => {
    const { rotate, assertSignedWith } = await rotating()
    const { secret: second } = await rotate({})
    const { secret: third } = await rotate(null)
    await assertSignedWith([third, second])
  })

  test('a retry of a delivery is signed with the secrets of the retry', async () => {
    const { secret, newEvent, rotate } = await rotating()
    await newEvent()
    receiver.answer(500)
    await work()
    const { secret: fresh } = await rotate()
    receiver.answer(200)
    await ctx.db.query('update webhook_delivery set wake_at = now()')
    await work()
    const [first, second] = receiver.received
    assert.ok(first && second)
    assert.equal(second.body, first.body)
    for (const [request, secrets] of [
      [first, [secret]],
      [second, [fresh, secret]],
    ] as const) {
      const { sent, expected } = signatures(request, secrets)
      assert.deepEqual(sent, expected)
    }
  })

  test('the default endpoint’s secret rotates too, and signs what goes to a session’s own URL', async () => {
    const shop = await newShop()
    const [only] = (await shop.call('GET', 'webhooks')).body.data as { id: string }[]
    const { body } = await shop.call('POST', `webhooks/${only?.id}/rotate`)
    await shop.newEvent(`${receiver.url}/own`)
    assert.deepEqual(await work(), ['/own'])
    const [request] = receiver.received
    assert.ok(request)
    const { sent, expected } = signatures(request, [String(body.secret), shop.webhook_secret])
    assert.deepEqual(sent, expected)
  })

  test('takes 0 to 86400 whole seconds and nothing else', async () => {
    const { secret, rotate, assertSignedWith } = await rotating()
    for (const [body, param] of [
      [{ expires_in: -1 }, 'expires_in'],
      [{ expires_in: 86_401 }, 'expires_in'],
      [{ expires_in: 1.5 }, 'expires_in'],
      [{ expires_in: '60' }, 'expires_in'],
      [{ expires_in: null }, 'expires_in'],
      [{ secret: 'whsec_x' }, 'secret'],
      [[], undefined],
    ] as const) {
      const { status, body: answer } = await rotate(body)
      assert.deepEqual([status, answer.error, answer.param], [400, 'invalid_request', param])
    }
    await assertSignedWith([secret])
  })

  test('secrets are sealed in the table, the old one too', async () => {
    const { id, secret, rotate } = await rotating()
    const { secret: fresh } = await rotate()
    const row = await one<{ text: string; now: Buffer; previous: Buffer }>(
      ctx.db,
      'select e::text as text, secret_sealed now, previous_secret_sealed previous from webhook_endpoint e where id = $1',
      [id],
    )
    for (const plain of [secret, fresh])
      assert.ok(!row.text.includes(plain) && !row.now.includes(plain) && !row.previous.includes(plain))
  })
})
