/** What the gateway posts, held to an off-the-shelf verifier that is not ours: npm `standardwebhooks`. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import type { Received } from '../../../../test/support/receiver.ts'
import { webhookBench } from '../../../../test/support/webhookBench.ts'
import { seal } from '../lib/seal.ts'
import { randomText } from '../lib/secrets.ts'
import { secretContext } from './secretContext.ts'

const { ctx, receiver, newShop, work } = await webhookBench()

type Headers = Record<string, string>

const headersOf = ({ headers }: Received) => headers as Headers

function verify({ body }: Received, secret: string, headers: Headers): unknown {
  return new Webhook(secret).verify(body, headers)
}

function refused(request: Received, secret: string, headers: Headers = headersOf(request)): void {
  assert.throws(() => verify(request, secret, headers), WebhookVerificationError)
}

/** A delivery of a new event to an endpoint of its own. */
async function delivered() {
  const shop = await newShop({ webhook_url: null })
  const { id, secret } = await shop.newEndpoint('standard', { description: 'Zoë’s 🛍' })
  const deliver = async () => {
    const before = receiver.received.length
    await shop.call('POST', `webhooks/${id}/test`)
    await work()
    const request = receiver.received[before]
    assert.ok(request)
    return request
  }
  return { ...shop, id, secret, deliver, request: await deliver() }
}

describe('a delivery under Standard Webhooks', () => {
  test('verifies with the secret that was shown, and is the event', async () => {
    const { secret, request } = await delivered()
    assert.deepEqual(verify(request, secret, headersOf(request)), request.event)
    assert.equal(request.headers['webhook-id'], request.event.id)
    const [, t] = /^t=(\d+),/.exec(request.signature) ?? []
    assert.equal(request.headers['webhook-timestamp'], t)
  })

  test('during a rotation verifies with either secret, afterwards with the new one alone', async () => {
    const { id, secret, call, deliver } = await delivered()
    const fresh = String((await call('POST', `webhooks/${id}/rotate`)).body['secret'])
    const both = await deliver()
    for (const one of [secret, fresh]) verify(both, one, headersOf(both))
    await ctx.db.query('update webhook_endpoint set previous_secret_until = now() where id = $1', [id])
    const after = await deliver()
    verify(after, fresh, headersOf(after))
    refused(after, secret)
  })

  test('is refused with a changed byte, under another id, later, or with another secret', async () => {
    const { secret, request } = await delivered()
    const headers = headersOf(request)
    const last = request.body.length - 1
    refused({ ...request, body: request.body.replace('Zoë', 'Zoe') }, secret)
    refused({ ...request, body: `${request.body.slice(0, last)} }` }, secret)
    refused(request, secret, { ...headers, 'webhook-id': `${request.event.id}x` })
    const signed_at = Number(headers['webhook-timestamp'])
    refused(request, secret, { ...headers, 'webhook-timestamp': String(signed_at + 1) })
    refused(request, (await delivered()).secret)
    // The control: untouched it is accepted.
    verify(request, secret, headers)
  })

  test('that was signed over five minutes ago is refused as too old', async (context) => {
    const { secret, request } = await delivered()
    const signed_ms = Number(request.headers['webhook-timestamp']) * 1000
    context.mock.timers.enable({ apis: ['Date'], now: signed_ms + 300_000 })
    verify(request, secret, headersOf(request))
    context.mock.timers.tick(1000)
    assert.throws(() => verify(request, secret, headersOf(request)), /timestamp too old/)
  })

  test('tried again, has the same id and body and a signature of its own time', async () => {
    const shop = await newShop()
    await shop.newEvent()
    receiver.answer(500)
    await work()
    await ctx.db.query('update webhook_delivery set wake_at = now()')
    receiver.answer(200)
    await work()
    const [first, second] = receiver.received
    assert.ok(first && second)
    assert.equal(second.body, first.body)
    assert.equal(second.headers['webhook-id'], first.headers['webhook-id'])
    verify(second, shop.webhook_secret, headersOf(second))
  })

  test('of an endpoint whose secret is of the first version: one rotation makes one that strict verifiers take', async () => {
    const { id, tenant, call, deliver } = await delivered()
    const old = `whsec_${randomText(43)}`
    const sealed = seal(old, ctx.config.key_encryption_keys, secretContext(tenant, id))
    await ctx.db.query('update webhook_endpoint set secret_sealed = $2 where id = $1', [id, sealed])
    const lenient = await deliver()
    verify(lenient, old, headersOf(lenient))
    const fresh = String((await call('POST', `webhooks/${id}/rotate`)).body['secret'])
    const request = await deliver()
    verify(request, fresh, headersOf(request))
    assert.equal(Buffer.from(fresh.slice(6), 'base64').toString('base64'), fresh.slice(6))
  })
})
