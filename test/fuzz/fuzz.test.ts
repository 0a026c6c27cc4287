import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { fuzzTarget } from './target.ts'

const { target, close } = await fuzzTarget()
after(close)

test('whatever is sent, each answer is a proper one, and the server goes on', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { requests, statuses, reached, findings } = await fuzz(target, { seed, count: 3000, seconds: 20 })
  t.diagnostic(`seed ${seed}, ${requests} requests: ${JSON.stringify(statuses)}`)
  assert.deepEqual(findings, [], `to see one again: npm run fuzz -- --seed ${seed} --only N`)
  assert.ok(requests >= 500, `${requests} requests`)
  for (const { method, path } of target.routes) {
    // These take what only a customer's browser or the acquirer can send.
    const takes_ours = !path.includes('{session_id}/pay') && !path.startsWith('/acquirers/')
    if (takes_ours) assert.ok(reached.has(`${method} ${path}`), `${method} ${path} never succeeded`)
  }
})
