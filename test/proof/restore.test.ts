/** A backup that is older than the last payouts is put back: the gateway holds, and pays nobody twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOf } from './judge.ts'
import { SHORT } from './options.ts'
import { restore } from './restore.ts'
import { setStage } from './stage.ts'

const PAYOUTS = 6

test('six payouts, then the backup from before them: all are held, none is sent again', async (t) => {
  const say = (line: string) => t.diagnostic(line)
  const stage = await setStage({
    ...SHORT,
    seed: '1',
    fault_share: 0,
    say,
    signal: AbortSignal.timeout(120_000),
  })
  try {
    const { failures, payments, held, hold_reason, nonces, control } = await restore(stage, PAYOUTS)
    assert.deepEqual(failures, [])
    assert.equal(payments.length, PAYOUTS)
    assert.equal(held, PAYOUTS + 1)
    assert.match(hold_reason ?? '', /nonce/)
    assert.equal(nonces[1], nonces[0])
    assert.equal(
      countOf(control, 'doubled'),
      PAYOUTS,
      'a worker that takes its nonces from the chain pays all again',
    )
  } finally {
    await stage.close()
  }
})
