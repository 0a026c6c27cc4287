import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { exchange } from './exchange.ts'
import { fuzz } from './fuzz.ts'
import { fuzzTarget } from './target.ts'

const { target, close } = await fuzzTarget()
after(close)

// At once, as the second one mostly waits.
describe('whatever is sent', { concurrency: true }, () => {
  test('each answer is a proper one, and the server goes on', async (t) => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const { requests, statuses, reached, findings } = await fuzz(target, { seed, count: 3000, seconds: 20 })
    t.diagnostic(`seed ${seed}, ${requests} requests: ${JSON.stringify(statuses)}`)
    assert.deepEqual(findings, [], `to see one again: npm run fuzz -- --seed ${seed} --only N`)
    assert.ok(requests >= 500, `${requests} requests`)
    for (const { method, path } of target.routes) {
      // These take what only a customer's browser or the acquirer can send, and a session that is expired cannot be paid, nor
      // has it a receipt.
      const takes_ours = !/\/(?:pay|receipt)$/.test(path) && !path.startsWith('/acquirers/')
      if (takes_ours) assert.ok(reached.has(`${method} ${path}`), `${method} ${path} never succeeded`)
    }
  })

  test('half a head is not waited for without end', async () => {
    const half = Buffer.from('POST /v1/checkout HTTP/1.1\r\nHost: x\r\nAuthoriz')
    const { answers, closed, ms } = await exchange(target.port, [half], { timeout_ms: 30_000 })
    assert.deepEqual([answers.map(({ status }) => status), closed], [[408], true])
    assert.match(answers[0]?.body ?? '', /"error":"request_timeout"/)
    assert.ok(ms > 9000 && ms < 25_000, `${ms} ms`)
  })
})
