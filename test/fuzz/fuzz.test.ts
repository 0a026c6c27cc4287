import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { fuzzTarget } from './target.ts'

const { target, close } = await fuzzTarget()
after(close)

test('whatever is sent, each answer is a proper one, and the server goes on', async () => {
  const seed = Number(process.env['SKIRO_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const { requests, statuses, findings, seconds } = await fuzz(target, { seed, count: 3000 })
  const command = `npm run fuzz -- --seed ${seed} --only N`
  assert.deepEqual(findings, [], `seed ${seed}: see one again with ${command}`)
  console.log(`seed ${seed}: ${requests} requests in ${seconds.toFixed(1)} s: ${JSON.stringify(statuses)}`)
})
