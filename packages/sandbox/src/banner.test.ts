import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { banner } from './banner.ts'

test('the command of the banner can be pasted into a shell and creates the session it promises', async (t) => {
  const requests: {
    url: string | undefined
    key: string | undefined
    type: string | undefined
    body: string
  }[] = []
  const server = createServer((request, response) => {
    const { authorization: key, 'content-type': type } = request.headers
    void text(request).then((body) => {
      requests.push({ url: request.url, key, type, body })
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const api_url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const shown = banner({
    seconds: 4.25,
    api_url,
    shop_url: 'http://127.0.0.1:4243',
    mailbox_url: 'http://127.0.0.1:4246',
    test_api_key: 'sk_test_abc',
    state_dir: '.skiro',
    log_files: ['.skiro/gateway.log'],
  })
  for (const part of ['http://127.0.0.1:4243', 'sk_test_abc', '4242 4242 4242 4242', '.skiro/gateway.log']) {
    assert.equal(shown.includes(part), true, part)
  }
  const command = /^curl(?:.*\\\n)+.*$/m.exec(shown)![0]
  await promisify(execFile)('/bin/sh', ['-c', command])
  assert.equal(requests.length, 1)
  const { body, ...head } = requests[0]!
  assert.deepEqual(head, { url: '/v1/checkout', key: 'Bearer sk_test_abc', type: 'application/json' })
  assert.deepEqual(JSON.parse(body), {
    amount: 49.99,
    currency: 'USD',
    payout_currency: 'USDT',
    metadata: { order_id: 'ORD-2847' },
  })
})
