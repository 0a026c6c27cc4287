/** A backup that is older than the last payouts is put back: the gateway holds, and pays nobody twice. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { countOf } from './judge.ts'
import { SHORT } from './options.ts'
import { restore } from './restore.ts'

const PAYOUTS = 6
const FORMS = [
  { name: 'from before them', used: true, reason: /nonces, this database handed out/ },
  {
    name: "from before the wallet's first payout",
    used: false,
    reason: /sees the wallet for the first time/,
  },
]

describe('six payouts, then the backup', { concurrency: true }, () => {
  for (const { name, used, reason } of FORMS) {
    test(`${name}: all are held, none is sent again`, async (t) => {
      const say = (line: string) => t.diagnostic(line)
      const options = { ...SHORT, seed: '1', say, signal: AbortSignal.timeout(400_000) }
      const { failures, payments, held, hold_reason, nonces, control } = await restore(options, PAYOUTS, used)
      assert.deepEqual(failures, [])
      assert.equal(payments.length, PAYOUTS)
      assert.equal(held, PAYOUTS + 1)
      assert.match(hold_reason ?? '', reason)
      assert.equal(nonces[1], nonces[0])
      assert.equal(
        countOf(control, 'doubled'),
        PAYOUTS,
        'a worker that takes its nonces from the chain pays all again',
      )
    })
  }
})
