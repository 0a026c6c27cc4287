import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { webhooks } from 'skiro'
import { exampleEvent, exampleExpiredSession, examplePayout, exampleTransaction } from './exampleEvents.ts'
import { deliver, deliverRaw, openShop, orderJson, page, SECRET } from './testShop.ts'

describe('webhooks', { concurrency: true }, () => {
  const paid = exampleEvent(2, 'checkout.completed', exampleTransaction('ORD-1'))
  const sent = exampleEvent(3, 'payout.sent', examplePayout('ORD-1'))
  const done = exampleEvent(4, 'payout.completed', examplePayout('ORD-1', { status: 'completed' }))

  it('move an order from waiting to paid out, each shown on its page', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const seen = [(await orderJson(url, 'ORD-1')).status]
    const rows = async () => (await page(`${url}/orders/ORD-1`)).text.match(/<dt>[^<]+|<li class/g)
    const at_first = await rows()
    for (const event of [paid, sent, done]) {
      assert.equal((await deliver(url, event)).status, 200)
      seen.push((await orderJson(url, 'ORD-1')).status)
      assert.deepEqual(await rows(), at_first, 'rows fill, none appears and moves the others')
    }
    assert.deepEqual(seen, ['awaiting_payment', 'paid', 'payout_sent', 'payout_completed'])
    const { text } = await page(`${url}/orders/ORD-1`)
    assert.match(text, /data-status="payout_completed" data-final="true"/)
    assert.match(text, /<h1 id="status"[^>]*>Paid\. Thank you!<\/h1>/)
    const [customers = '', merchants = ''] = text.split('What the shop sees')
    assert.doesNotMatch(customers, /payout(?!_completed")|webhook(?!s, for)|txn_|0x/i)
    assert.ok(customers.includes('Visa ending 4242'))
    assert.match(merchants, /“Send again” posts this webhook once more; nobody is charged/)
    for (const shown of ['txn_1', 'Visa ending 4242', '0xabc1', '42.49 USDT', 'evt_4']) {
      assert.ok(text.includes(shown), shown)
    }
  })

  it('are kept byte for byte, so that plain node:crypto verifies them', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const body = JSON.stringify(paid, null, 3).replace('"visa"', '"v\\u0069sa – ü"')
    const header = webhooks.generateTestHeader({ payload: body, secret: SECRET })
    assert.equal((await deliverRaw(url, body, header)).status, 200)
    const [kept] = (await orderJson(url, 'ORD-1')).events
    assert.equal(kept?.raw_body, body)
    const [, time, hex] = /^t=(\d+),v1=(\w+)$/.exec(kept.signature_header ?? '') ?? []
    assert.equal(createHmac('sha256', SECRET).update(`${time}.${kept.raw_body}`).digest('hex'), hex)
  })

  it('count once, however often and however fast they come', async (t) => {
    const { url, database_file } = await openShop(t, ['ORD-1'])
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(url, paid)))
    assert.ok(answers.every(({ status }) => status === 200))
    assert.equal((await orderJson(url, 'ORD-1')).events.length, 1)
    assert.equal(
      (await readFile(database_file, 'utf8')).match(/evt_2/g)?.length,
      2,
      'id and raw body of one line',
    )
  })

  it('may arrive in any order', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    for (const event of [done, paid, sent]) await deliver(url, event)
    const { status, events } = await orderJson(url, 'ORD-1')
    assert.equal(status, 'payout_completed')
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      [4, 2, 3],
    )
  })

  it('with a wrong signature, none, or a changed body change nothing', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const payload = JSON.stringify(paid)
    const header = webhooks.generateTestHeader({ payload, secret: SECRET })
    const stale = webhooks.generateTestHeader({ payload, secret: SECRET, timestamp: 1_600_000_000 })
    const refused = [
      await deliver(url, paid, 'whsec_other'),
      await deliverRaw(url, payload, ''),
      await deliverRaw(url, payload, stale),
      await deliverRaw(url, payload.replace('49.99', '0.01'), header),
    ]
    const codes = await Promise.all(
      refused.map(async (answer) => ((await answer.json()) as { error: string }).error),
    )
    assert.deepEqual(codes, [
      'signature_mismatch',
      'header_missing',
      'timestamp_too_old',
      'signature_mismatch',
    ])
    assert.ok(refused.every(({ status }) => status === 400))
    const { status, events } = await orderJson(url, 'ORD-1')
    assert.deepEqual([status, events], ['awaiting_payment', []])
  })

  it('about other orders are accepted and left alone', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const elsewhere = exampleTransaction('ORD-1', { checkout_session_id: 'cs_of_another_program' })
    const strangers = [
      exampleEvent(5, 'checkout.completed', exampleTransaction('ORD-77')),
      exampleEvent(6, 'checkout.completed', elsewhere),
      exampleEvent(7, 'checkout.completed', exampleTransaction('ORD-1', { metadata: {} })),
      exampleEvent(8, 'checkout.failed', exampleTransaction('ORD-78', { status: 'failed' })),
    ]
    for (const event of strangers) assert.equal((await deliver(url, event)).status, 200)
    assert.equal((await orderJson(url, 'ORD-1')).status, 'awaiting_payment')
  })

  it('tell of failed attempts and of expiry, escaped', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const failed = { id: 'txn_0', status: 'failed', failure_message: '<img src=x onerror=alert(1)>' } as const
    await deliver(url, exampleEvent(1, 'checkout.failed', exampleTransaction('ORD-1', failed)))
    assert.equal((await orderJson(url, 'ORD-1')).status, 'awaiting_payment')
    await deliver(url, exampleEvent(2, 'checkout.expired', exampleExpiredSession('ORD-1')))
    const { status, failed_attempts } = await orderJson(url, 'ORD-1')
    assert.deepEqual([status, failed_attempts.length], ['expired', 1])
    const { text } = await page(`${url}/orders/ORD-1`)
    assert.ok(
      text.includes('A try did not go through: &lt;img src=x onerror=alert(1)&gt; Nothing was charged.'),
    )
    assert.ok(!text.includes('<img'))
  })
  it('tell of tries that failed before the one that paid as of the past, below the headline', async (t) => {
    const { url } = await openShop(t, ['ORD-1'])
    const tries = [
      { id: 'txn_a', failure_code: 'card_declined', failure_message: 'The card was declined.' },
      { id: 'txn_b', failure_code: 'card_declined', card_last_four: '0002' },
      {
        id: 'txn_c',
        failure_code: 'insufficient_funds',
        failure_message: 'The card has insufficient funds.',
      },
      {
        id: 'txn_d',
        failure_code: 'authentication_failed',
        failure_message: 'The customer gave up at the bank’s question.',
        card_last_four: null,
      },
    ] as const
    for (const [i, fields] of tries.entries()) {
      const failed = exampleTransaction('ORD-1', { status: 'failed', ...fields })
      await deliver(url, exampleEvent(i + 1, 'checkout.failed', failed))
    }
    await deliver(url, exampleEvent(9, 'checkout.completed', exampleTransaction('ORD-1')))
    const { text } = await page(`${url}/orders/ORD-1`)
    assert.deepEqual(
      [...text.matchAll(/<li class="(\w*)">([^<]+)<\/li>/g)].map(([, state, words]) => `${state}: ${words}`),
      [
        'done: Order placed',
        'past: An earlier try was declined. You paid once.',
        'past: An earlier try with another card was declined. You paid once.',
        'past: An earlier try did not go through: The card has insufficient funds. You paid once.',
        'past: An earlier try was not confirmed at the bank. You paid once.',
        'done: Paid by card',
        ': Payout sent',
        ': Payout completed',
      ],
    )
  })
})
