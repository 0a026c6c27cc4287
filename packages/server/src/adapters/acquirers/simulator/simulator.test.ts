import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { startAcquirer } from '../../../../../sandbox/src/acquirer/server.ts'
import { ProviderError } from '../../../lib/errors.ts'
import {
  type AcquirerHarness,
  acquirerConformance,
  type CardOutcome,
  type ReceivedWebhook,
  type Spoil,
} from '../../conformance/acquirer.ts'
import { createSimulator } from './index.ts'
import { mapPayment, mapRefund, mapState } from './map.ts'

const KEYS = { secret_key: 'sim_sk_test', publishable_key: 'sim_pk_test', webhook_secret: 'sim_whsec_test' }

const CARDS: Record<CardOutcome, string> = {
  approved: '4242424242424242',
  card_declined: '4000000000000002',
  insufficient_funds: '4000000000009995',
  unknown_decline: '4000000000006975',
  frictionless: '4000000000003055',
  challenge: '4000000000003220',
  challenge_redirect: '4000000000003063',
}

const FAULTS: Record<Spoil, string> = {
  answer_cut: 'drop_after',
  answer_500: 'error_after',
  request_cut: 'drop_before',
  request_500: 'error_before',
  slow: 'delay',
}

/** A receiver that keeps what arrives and lets a test wait for it. */
async function startReceiver() {
  const received: ReceivedWebhook[] = []
  const waiting: { ref: string; found: (webhook: ReceivedWebhook) => void }[] = []
  const about = (webhook: ReceivedWebhook, ref: string) => webhook.raw.includes(ref)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const webhook: ReceivedWebhook = {
        raw: Buffer.concat(chunks).toString('utf8'),
        headers: { 'sim-signature': String(request.headers['sim-signature']) },
        received_at: Math.floor(Date.now() / 1000),
      }
      received.push(webhook)
      for (const waiter of waiting) if (about(webhook, waiter.ref)) waiter.found(webhook)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    next: (ref: string) =>
      new Promise<ReceivedWebhook>((resolve) => {
        const earlier = received.find((webhook) => about(webhook, ref))
        if (earlier) resolve(earlier)
        else waiting.push({ ref, found: resolve })
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A port where nothing listens: it was free a moment ago. */
async function deadUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return `http://127.0.0.1:${port}`
}

type BookAnswer = {
  payments: { id: string; reference: string }[]
  entries: { payment_id: string; type: string; amount_minor: number }[]
  check: { ok: boolean }
}

async function setup(): Promise<AcquirerHarness> {
  const receiver = await startReceiver()
  const server = await startAcquirer({
    ...KEYS,
    host: '127.0.0.1',
    port: 0,
    book_file: null,
    webhook_url: receiver.url,
  })
  async function send(path: string, body: object): Promise<unknown> {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(server.url + path, init)
    assert.ok(response.ok, `${path} answered ${response.status}`)
    return response.json()
  }
  const readBook = async () => (await (await fetch(`${server.url}/_sim/book`)).json()) as BookAnswer
  return {
    acquirer: createSimulator({ ...KEYS, url: server.url }),
    unreachable: createSimulator({ ...KEYS, url: await deadUrl() }),
    stranger: createSimulator({ ...KEYS, url: server.url, secret_key: 'sim_sk_other' }),
    impatient: createSimulator({ ...KEYS, url: server.url, timeout_ms: 100 }),
    async token(session, outcome) {
      const card = { number: CARDS[outcome], exp_month: 12, exp_year: 2040, cvc: '123', name: 'Ada Lovelace' }
      const made = await send('/vault/tokens', { key: KEYS.publishable_key, session, ...card })
      return (made as { token: string }).token
    },
    async spoil(operation, how) {
      await send('/_sim/faults', { operation, fault: FAULTS[how], times: 1, delay_ms: 300 })
    },
    async answerChallenge(ref, passes) {
      await send(`/_sim/payments/${ref}/authenticate`, { outcome: passes ? 'authorise' : 'fail' })
    },
    async showUnknownStatus(ref) {
      await send(`/_sim/payments/${ref}/show_status`, { status: 'under_manual_review' })
    },
    async book(reference) {
      const { payments, entries } = await readBook()
      const ids = payments.filter((payment) => payment.reference === reference).map(({ id }) => id)
      const own = entries.filter((entry) => ids.includes(entry.payment_id))
      const sum = (type: string) =>
        own
          .filter((entry) => entry.type === type)
          .reduce((sum, entry) => sum + BigInt(entry.amount_minor), 0n)
      return {
        payments: ids.length,
        authorizations: own.filter((entry) => entry.type === 'authorize').length,
        authorized: sum('authorize'),
        captured: sum('capture'),
        refunded: sum('refund'),
      }
    },
    bookIsSound: async () => (await readBook()).check.ok,
    webhookAbout: receiver.next,
    async close() {
      await server.close()
      await receiver.close()
    },
  }
}

acquirerConformance('simulator', setup)

describe('simulator adapter', () => {
  /** A provider that answers every request with one status and body. */
  async function withAnswer(
    status: number,
    body: string,
    use: (url: string) => Promise<void>,
  ): Promise<void> {
    const server = createServer((_request, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }

  const kinds: [number, string, ProviderError['kind']][] = [
    [400, '{"error":{"code":"invalid_state","message":"no"}}', 'refused'],
    [401, '{}', 'refused'],
    [404, '<html>', 'refused'],
    [408, '', 'unknown'],
    [409, '{}', 'unknown'],
    [429, '', 'unavailable'],
    [302, '', 'unknown'],
    [500, '{}', 'unknown'],
    [503, '', 'unknown'],
    [200, '', 'unknown'],
    [200, '{"object":"payment"}', 'unknown'],
  ]
  for (const [status, body, kind] of kinds) {
    it(`calls a ${status} with body ${JSON.stringify(body)} ${kind}`, async () => {
      await withAnswer(status, body, async (url) => {
        const adapter = createSimulator({ ...KEYS, url })
        await assert.rejects(adapter.retrieve('pay_a'), (error) => {
          assert.ok(error instanceof ProviderError)
          assert.equal(error.kind, kind)
          assert.doesNotMatch(error.message, /sim_sk_test/)
          return true
        })
      })
    })
  }

  const wire = {
    object: 'payment' as const,
    id: 'pay_b',
    status: 'captured',
    amount_minor: 5000,
    currency: 'EUR' as const,
    reference: 'txn_1',
    captured_minor: 5000,
    refunded_minor: 0,
    card: null,
    failure: null,
  }

  it('does not believe an answer about another payment, or one made for another amount', async () => {
    await withAnswer(200, JSON.stringify(wire), async (url) => {
      const adapter = createSimulator({ ...KEYS, url })
      const unknown = { name: 'ProviderError', kind: 'unknown' }
      await assert.rejects(adapter.retrieve('pay_a'), unknown)
      const input = {
        reference: 'txn_1',
        session: 'cs_1',
        descriptor: 'S',
        three_ds: 'always' as const,
        return_url: 'https://pay.example/return',
      }
      for (const amount of [5001n, 4999n]) {
        await assert.rejects(
          adapter.createPayment({ ...input, amount: { amount, asset: 'EUR' } }, 'k'),
          unknown,
        )
      }
      await assert.rejects(
        adapter.createPayment({ ...input, amount: { amount: 5000n, asset: 'USD' } }, 'k'),
        unknown,
      )
      assert.equal((await adapter.retrieve('pay_b')).captured, 5000n)
    })
  })

  it('writes amounts digit for digit, and never one that is not positive', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (chunk: string) => bodies.push(chunk))
      request.on('end', () => response.writeHead(400).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const adapter = createSimulator({
      ...KEYS,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    })
    const capture = async (amount: bigint) => adapter.capture('pay_a', { amount, asset: 'USD' }, 'k')
    try {
      for (const amount of [1n, 4999n, 2n ** 53n + 1n])
        await assert.rejects(capture(amount), { kind: 'refused' })
      for (const amount of [0n, -1n]) await assert.rejects(capture(amount), { name: 'AssertionFailed' })
      assert.deepEqual(bodies, [
        '{"amount_minor":1}',
        '{"amount_minor":4999}',
        '{"amount_minor":9007199254740993}',
      ])
    } finally {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  })

  it('maps every status to one state, and inherited names to none', () => {
    const states = ['requires_method', 'requires_action', 'processing', 'authorized', 'captured', 'voided']
    for (const state of states) assert.equal(mapState(state), state)
    assert.equal(mapState('partially_captured'), 'captured')
    assert.equal(mapState('expired'), 'voided')
    for (const odd of ['', 'AUTHORIZED', 'constructor', '__proto__'])
      assert.equal(mapState(odd), 'processing')
    const failure = { code: 'toString', message: 'm' }
    assert.equal(
      mapPayment({ ...wire, status: 'failed', failure }, 'https://acquirer.example').failure?.code,
      'card_declined',
    )
  })

  it('frames nothing but its own pages: a bank elsewhere is a place to go to', () => {
    const map = (status: string, type: string, url: string) =>
      mapPayment({ ...wire, status, next_action: { type, url } }, 'https://acquirer.example').action
    const own = 'https://acquirer.example/three_ds/1'
    assert.deepEqual(map('requires_action', 'three_ds', own), { kind: 'frame', url: own })
    assert.deepEqual(map('requires_action', 'redirect', own), { kind: 'redirect', url: own })
    for (const url of [
      'https://bank.example/',
      'https://acquirer.example.evil.example/',
      'http://acquirer.example/',
    ])
      assert.deepEqual(map('requires_action', 'three_ds', url), { kind: 'redirect', url })
    assert.equal(map('authorized', 'three_ds', own), null)
  })

  it('maps an unknown refund status to pending', () => {
    const refund = { object: 'refund' as const, id: 'ref_a', payment_id: 'pay_b', currency: 'EUR' as const }
    const states = ['succeeded', 'failed', 'in_review'].map(
      (status) => mapRefund({ ...refund, amount_minor: 7, status }).state,
    )
    assert.deepEqual(states, ['succeeded', 'failed', 'pending'])
  })
})
