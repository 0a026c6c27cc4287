/** `npm run proof` in small: the gateway under faults, and a naive payout worker under the same, which must fail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOf } from './judge.ts'
import { SHORT } from './options.ts'
import { prove } from './proof.ts'
import { proofLine, proofTable } from './report.ts'

test('30 payments, 15 kills, faults everywhere: charged once, paid once; the naive worker pays twice', async (t) => {
  const seed = String(Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`seed ${seed}`)
  const proof = await prove(
    { ...SHORT, seed, say: (line) => t.diagnostic(line), signal: AbortSignal.timeout(400_000) },
    ['send'],
  )
  for (const line of proofTable(proof).split('\n')) t.diagnostic(line)
  t.diagnostic(proofLine(proof))
  assert.deepEqual(proof.failures, [])
  // It was what it says.
  const { troubles, fates, ...result } = proof.result
  assert.equal(result.recording.payments.length, SHORT.payouts)
  assert.ok(result.kills >= SHORT.kills)
  assert.ok(troubles.postgres_stops > 0 && troubles.wipes > 0 && troubles.undone > 0)
  for (const met of [fates.rpc, fates.acquirer]) {
    for (const fate of ['lost_before', 'lost_after', 'late', 'twice'] as const)
      assert.ok(met.get(fate), `no ${fate}`)
  }
  assert.ok(
    countOf(proof.controls.send ?? [], 'doubled') > 0,
    'the control paid nobody twice: the judge could not have seen it',
  )
})
